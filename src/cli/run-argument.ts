import { stat } from 'node:fs/promises';
import { basename, extname, isAbsolute, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DatasetSource } from '../datasets/dataset';
import { makeFolders, namesIn } from '../runs/guarded-files';
import { inRun } from '../runs/guarded-path';
import { newestFirst } from '../runs/newest-first';
import { runsNamed } from '../runs/runs-named';
import { begunOf, createRunFolder, isDamaged, listAwaitedRuns, listRuns } from '../runs/store';
import type { Context } from './context';
import { badInput } from './exit';

/** Returns the folder for runs: `.vae/runs` in the current folder. */
export function runsRoot(cwd: string): string {
  return join(cwd, '.vae', 'runs');
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

/** Returns the folder of runs that `folder` has in `.vae/runs`, or that it is itself. @throws CliError if it does not exist */
export async function findRunsRoot(folder: string): Promise<string> {
  for (const candidate of [runsRoot(folder), folder]) if (await isFolder(candidate)) return candidate;
  throw badInput(
    `${folder}: there is no such folder; expected one with .vae/runs in it, or a folder of run folders`,
  );
}

/**
 * Resolves RUN to a folder: a path, the name of a folder in `.vae/runs`, the name that a run there was given, or `latest`. A name of
 * a folder comes first, so that renaming a run never changes what a script means. Does not check that it is a run folder.
 * @throws CliError if it does not exist, or several runs were given this name
 */
export async function resolveRun(text: string, cwd: string): Promise<string> {
  const root = runsRoot(cwd);
  if (text === 'latest') {
    const runs = await listRuns(root);
    const newest = runs.find((run) => !isDamaged(run));
    const awaited = (await listAwaitedRuns(root, runs))[0];
    if (awaited !== undefined && (!newest || newestFirst(begunOf(awaited), begunOf(newest)) < 0))
      return awaited.folder;
    if (!newest) throw badInput(`latest: there is no run in ${root} yet; start one with \`vae train\``);
    return newest.folder;
  }
  const isPath = isAbsolute(text) || text.includes('/') || text.includes(sep) || text.startsWith('.');
  const candidates = isPath ? [resolve(cwd, text)] : [join(root, text), resolve(cwd, text)];
  for (const candidate of candidates) if (await isFolder(candidate)) return candidate;
  const [named, ...others] = text === '' ? [] : await runsNamed(root, text);
  if (named !== undefined && others.length === 0) return named;
  if (named !== undefined)
    throw badInput(
      `${text}: ${1 + others.length} runs have this name; expected the folder of one: ${[named, ...others].map((folder) => basename(folder)).join(', ')}`,
    );
  throw badInput(
    `${text}: there is no such run; expected a run folder, the name of a run in ${root}, or \`latest\` (\`vae runs\` lists them)`,
  );
}

/** Names a run after its dataset. */
function nameOf(source: DatasetSource): string {
  if (source.kind === 'digits') return 'digits';
  const name = basename(fileURLToPath(source.uri));
  return source.kind === 'idx' ? name.replace(/\.gz$/, '') : basename(name, extname(name));
}

/** Creates the run folder that `--run` names, or a new one in `.vae/runs`, named after its dataset. @throws as `newNamedRunFolder` */
export function newRunFolder(
  wanted: string | undefined,
  source: DatasetSource,
  context: Context,
): Promise<string> {
  return newNamedRunFolder(wanted, nameOf(source), context);
}

/** Creates the run folder that `--run` names, or a new one in `.vae/runs`. @throws CliError if it is not empty */
export async function newNamedRunFolder(
  wanted: string | undefined,
  name: string,
  context: Context,
): Promise<string> {
  if (wanted === undefined) return createRunFolder(runsRoot(context.cwd), name, context.today());
  const folder = resolve(context.cwd, wanted);
  await makeFolders(inRun(folder));
  if ((await namesIn(inRun(folder))).length === 0) return folder;
  throw badInput(
    `${folder} is not empty; expected a new or empty folder for the run (\`vae resume\` continues a run)`,
  );
}
