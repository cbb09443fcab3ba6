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

/** Returns a program's argument; undefined for a person, who is asked. @throws for an argument of another form */
export const given = <T>(command: string, schema: z.ZodType<T>, argument: unknown): T | undefined =>
  isProgram([argument]) ? parseArgument(command, schema, argument) : undefined;
