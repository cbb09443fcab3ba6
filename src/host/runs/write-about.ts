import { pathToFileURL } from 'node:url';
import type * as z from 'zod';
import type { RunAbout } from '../../domain/run-about';
import { changeAbout } from '../../runs/about';
import { parseArgument } from '../commands/parse-argument';
import { isProgram } from '../commands/register';
import type { ExtensionServices } from '../services';
import type { RunEntry } from './runs-model';

/** What is written about a run after a command. */
export interface AboutResult extends RunAbout {
  readonly runUri: string;
}

/** Changes what is written about a run, and shows it. */
export async function writeAbout(
  host: ExtensionServices,
  { folder }: RunEntry,
  change: (before: RunAbout) => Partial<RunAbout>,
): Promise<AboutResult> {
  const about = await changeAbout(folder, change);
  await host.runs.refresh();
  host.revealRun(folder);
  return { runUri: pathToFileURL(folder).href, ...about };
}

/** Returns a program's argument; undefined if the argument only names a run, so that the rest is asked. @throws for another one */
export function given<T>(
  command: string,
  field: string,
  schema: z.ZodType<T>,
  argument: unknown,
): T | undefined {
  const isGiven = isProgram([argument]) && field in (argument as object);
  return isGiven ? parseArgument(command, schema, argument) : undefined;
}
