import { stat } from 'node:fs/promises';
import { basename, isAbsolute, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DatasetSource } from '../datasets/dataset';
import { inRun, statPath } from '../runs/guarded-path';
import { newestFirst } from '../runs/newest-first';
import { runsNamed } from '../runs/runs-named';
import { begunOf, isDamaged, listRuns, readRun } from '../runs/store';
import type { RunRecord } from '../runs/store';
import { visibleText } from '../text/visible-text';
import { confinedPath, liesInOne } from './confined-path';
import { ToolError } from './tool-error';
import type { ToolHost } from './tool-host';

/** Longest name of a run that is quoted, and names that are listed. */
const MAX_QUOTED = 200;
const MAX_LISTED = 10;

/**
 * Finds a run: by a path, the name of its folder, the name that it was given, or as `latest`, in this order.
 * @throws ToolError if there is none, or several have this name @throws RunError if the folder is not a run
 */
export async function runOf(host: ToolHost, text: string): Promise<RunRecord> {
  return readRun(await runFolderOf(host, text));
}

/**
 * Finds a run whose model is to be used. Its configuration, which may be someone else's, says which images the engine reads.
 * @throws ToolError also if it has no checkpoint, or its images lie outside of the workspace
 */
export async function modelRunOf(host: ToolHost, text: string): Promise<RunRecord> {
  const run = await runOf(host, text);
  await checkImages(host, run);
  if (run.checkpoints.length > 0 || run.outcome === 'running') return run;
  throw new ToolError(
    'not-ready',
    `${run.name} has no checkpoint yet, so it has no model; expected a run that has trained. vae_show_run says what became of it`,
  );
}

async function runFolderOf(host: ToolHost, text: string): Promise<string> {
  if (text === 'latest') return newestOf(host);
  const isPath =
    isAbsolute(text) || /^file:|[/\\\0]/.test(text) || text.includes(sep) || text.startsWith('.');
  if (isPath) {
    const path = await confinedPath(host, text);
    if (
      await stat(path).then(
        (found) => found.isDirectory(),
        () => false,
      )
    )
      return path;
  } else {
    for (const root of host.runsRoots) {
      const folder = join(root, text);
      // A link, as in a cloned repository, is refused and not followed.
      if ((await statPath(inRun(folder)))?.isDirectory()) return folder;
    }
    const named = (await Promise.all(host.runsRoots.map((root) => runsNamed(root, text)))).flat();
    if (named.length === 1) return named[0]!;
    if (named.length > 1)
      throw new ToolError(
        'bad-input',
        `${named.length} runs are named ${visibleText(text, MAX_QUOTED)}; expected the folder of one: ${named.map((folder) => basename(folder)).join(', ')}`,
      );
  }
  const names = (await allRuns(host)).slice(0, MAX_LISTED).map(({ name }) => name);
  const known = names.length === 0 ? 'there are none yet' : `such as ${names.join(', ')}`;
  throw new ToolError(
    'not-found',
    `there is no run '${visibleText(text, MAX_QUOTED)}'; expected a name from vae_list_runs (${known}), a run folder, or 'latest'`,
  );
}

async function newestOf(host: ToolHost): Promise<string> {
  const [newest] = await allRuns(host);
  if (newest) return newest.folder;
  throw new ToolError('not-found', 'there is no run yet; vae_train_model makes one');
}

/** Returns the runs that can be read, newest first. */
export async function allRuns(host: ToolHost): Promise<RunRecord[]> {
  const lists = await Promise.all(host.runsRoots.map((root) => listRuns(root)));
  return lists
    .flat()
    .filter((run): run is RunRecord => !isDamaged(run))
    .sort((a, b) => newestFirst(begunOf(a), begunOf(b)));
}

/** @throws ToolError if a run names images outside of the folders that may be read */
async function checkImages(host: ToolHost, { name, config }: RunRecord): Promise<void> {
  const { imageRoots } = host;
  if (imageRoots === null) return;
  const folders = [...host.roots, ...host.runsRoots, ...imageRoots];
  for (const path of pathsOf(config.data.source)) {
    if (await liesInOne(folders, path)) continue;
    throw new ToolError(
      'outside-root',
      `${name} was trained on ${visibleText(path, MAX_QUOTED)}, which is outside of the workspace (${host.roots.join(', ')}); ask the user to allow that folder, for example by \`vae mcp --images FOLDER\``,
    );
  }
}

/** Paths of what an engine reads for a dataset. */
function pathsOf(source: DatasetSource): string[] {
  if (source.kind === 'digits') return [];
  const uris = [source.uri, ...('labels' in source && source.labels !== undefined ? [source.labels] : [])];
  return uris.map((uri) => fileURLToPath(uri));
}

/** Returns a path as tools take it: relative to the first root where it lies in it, with `/`. */
export function shownPath(host: ToolHost, path: string): string {
  const way = relative(host.roots[0]!, path);
  return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)
    ? path
    : way.replaceAll('\\', '/') || '.';
}
