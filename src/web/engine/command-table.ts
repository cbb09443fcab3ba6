/** Stands in for `src/cli/command-table.ts`: the commands that the windows of VS Code run. */
import type { Create } from '../../cli/command-table';
import { checkCommand } from '../../cli/commands/check';
import { exportCommand } from '../../cli/commands/export';
import { importCommand } from '../../cli/commands/import';
import { inspectCommand } from '../../cli/commands/inspect';
import { planCommand } from '../../cli/commands/plan';

export const COMMANDS: Readonly<Record<string, () => Promise<Create>>> = {
  check: () => Promise.resolve(checkCommand),
  export: () => Promise.resolve(exportCommand),
  import: () => Promise.resolve(importCommand),
  inspect: () => Promise.resolve(inspectCommand),
  plan: () => Promise.resolve(planCommand),
};

export const HIDDEN: typeof COMMANDS = {};
