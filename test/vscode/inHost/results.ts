import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { InHostResult } from './names';

export interface InHostRun {
  readonly results: readonly InHostResult[];
  /** Why there are not more of them; empty where all is well. */
  readonly trouble: string;
}

/** The bundle of the tests in the extension host. */
export const bundleFile = (root: string): string => join(root, 'out', 'vscode', 'inHost.cjs');

/** Calls `run` and reads the file that the tests leave beside their bundle; what they left before a crash counts, too. */
export async function collect(root: string, run: () => Promise<unknown>): Promise<InHostRun> {
  const file = join(root, 'out', 'vscode', 'in-host.json');
  await rm(file, { force: true });
  const trouble = await run().then(
    () => '',
    (error: unknown) => String(error),
  );
  const text = await readFile(file, 'utf8').catch(() => '[]');
  return { results: JSON.parse(text) as InHostResult[], trouble };
}
