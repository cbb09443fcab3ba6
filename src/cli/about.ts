import type { RunAbout } from '../domain/run-about';
import { changeAbout, readAbout } from '../runs/about';
import { readConfig } from '../runs/store';
import type { Context } from './context';
import { resolveRun } from './run-argument';

/** What a command found or wrote about a run. */
interface Written {
  readonly folder: string;
  readonly about: RunAbout;
}

/**
 * Returns what is written about RUN, after `change` if that is given.
 * @throws CliError if there is no such run @throws RunError if the folder is not a run, or a text is too long
 */
export async function aboutOf(
  run: string,
  context: Context,
  change: ((before: RunAbout) => Partial<RunAbout>) | null,
): Promise<Written> {
  const folder = await resolveRun(run, context.cwd);
  if (change !== null) return { folder, about: await changeAbout(folder, change) };
  await readConfig(folder);
  return { folder, about: await readAbout(folder) };
}
