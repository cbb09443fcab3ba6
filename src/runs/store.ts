import { basename, dirname, join, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { MetricRow, ValidationRow } from '../domain/metrics';
import { CHECKPOINTS_FOLDER, listCheckpoints } from './checkpoint';
import type * as Config from './config';
import type { RunConfig } from './config';
import type { FileCalls } from './file-calls';
import { foldersIn, makeFolders, makeNewFolder, namesIn, readText, replaceFile } from './guarded-files';
import { below, guarded, inRun, isOwn, listedRun, pathOf, statPath } from './guarded-path';
import type { RunFolder } from './guarded-path';
import { assertSmallShape } from './json-shape';
import { LOCK_FILE, lockHolder } from './lock';
import { METRICS_FILE } from './metrics';
import { NO_METRICS, readMetricsEnd } from './metrics-end';
import { mapLimited } from '../shared/map-limited';
import { newestFirst } from './newest-first';
import type { Begun } from './newest-first';
import { RunError } from './run-error';
import { NO_ABOUT } from '../domain/run-about';
import type { RunAbout } from '../domain/run-about';
import type { RunOutcome } from '../domain/run-outcome';
import { isRemoteActive } from '../domain/remote-state';
import type { RemoteRun } from './remote-run';
import { describeMismatch } from '../text/describe-mismatch';

/** A run as read from its folder, without its engine. */
export interface RunRecord {
  readonly folder: string;
  /** Of the folder. */
  readonly name: string;
  readonly about: RunAbout;
  readonly config: RunConfig;
  readonly outcome: RunOutcome;
  /** The cluster that trains or trained it; null if none did. */
  readonly remote: RemoteRun | null;
  /** Problems in the folder, else the message the run ended with; may be empty. */
  readonly message: string;
  /** Number of images in use: fewer than `config.data.count` if the user went on without some. */
  readonly usedImages: number;
  /** Of a training that diverged: a learning rate with which it may go on; else null. */
  readonly lowerLearningRate: number | null;
  readonly lastRow: MetricRow | null;
  /** The validation row with the highest bound, in the part of the metrics that was read. */
  readonly best: ValidationRow | null;
  /** Bytes at the start of a very long metrics file that were not read; else 0. */
  readonly unreadMetrics: number;
  /** Steps of the weights that there are; of a model that was trained elsewhere, its only ones as those of step 0. */
  readonly checkpoints: readonly number[];
}

/** The step of a model that was trained elsewhere. */
export const OPENED_STEP = 0;

/** A folder that has a config.json, but cannot be read as a run. */
export interface DamagedRun {
  readonly folder: string;
  readonly name: string;
  /** The reason. */
  readonly damage: string;
}

/** Folders read at once: each needs a descriptor, of which a process may have few, and up to 8 MB for its metrics. */
export const FOLDERS_AT_ONCE = 8;

/** Time between turns of the event loop if calls block it, in ms. */
const TURN_MS = 10;

/** Maximum size of config.json, in bytes: it may list excluded images. */
const MAX_CONFIG = 16_000_000;

/**
 * Creates the run folder `yyyymmdd-hhmmss-name` (UTC) under `runsRoot` and returns its path. In `.vae`, a .gitignore keeps runs
 * out of git. @throws ForeignFileError if `.vae` or the runs folder in it is a link
 */
export async function createRunFolder(runsRoot: string, name: string, now: Date): Promise<string> {
  const stamp = now.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  await makeRunsFolder(runsRoot);
  for (let attempt = 1; ; attempt++) {
    const target = guarded(runsRoot, `${stamp}-${slug || 'run'}${attempt === 1 ? '' : `-${attempt}`}`);
    if (await makeNewFolder(target)) return target.path;
    if (attempt >= 1000) throw new RunError(`${target.path} exists already: move it away`);
  }
}

/** Makes a folder of runs if it is missing; in `.vae`, a .gitignore keeps runs out of git. @throws ForeignFileError if it is a link in `.vae` */
export async function makeRunsFolder(runsRoot: string): Promise<void> {
  await makeFolders(guarded(runsRoot));
  if (basename(dirname(resolve(runsRoot))) === '.vae') await ignoreInGit(dirname(resolve(runsRoot)));
}

async function ignoreInGit(ownFolder: string): Promise<void> {
  const target = guarded(ownFolder, '.gitignore');
  try {
    if ((await statPath(target)) === null) await replaceFile(target, '*\n');
  } catch {
    // Training does not need .gitignore.
  }
}

export async function writeConfig(folder: string, config: RunConfig): Promise<void> {
  await replaceFile(
    inRun(folder, 'config.json'),
    `${JSON.stringify((await import('./config')).storedConfig(config), null, 2)}\n`,
  );
}

/** Kept, as each call of `import` resolves its module anew: a list of 2,000 runs would make 2,000 of them. */
let schemas: typeof Config | undefined;

/** Reads and validates a run's config.json. @throws RunError if the folder is not a run or the file is invalid */
export async function readConfig(folder: RunFolder): Promise<RunConfig> {
  const target = inRun(folder, 'config.json');
  const { path } = target;
  let text: string;
  try {
    text = await readText(target, MAX_CONFIG);
  } catch (error) {
    if (error instanceof RunError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new RunError(`${pathOf(folder)} is not a run folder: it has no config.json.`);
    }
    throw new RunError(`cannot read ${path}: ${(error as Error).message}`);
  }
  return parseConfig(text, path);
}

/** Validates the text of a config.json. @param path to name in messages @throws RunError if it is invalid */
export async function parseConfig(text: string, path: string): Promise<RunConfig> {
  assertSmallShape(text, path);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new RunError(`${path} is not JSON: ${(error as Error).message}`);
  }
  // Imported lazily: the schema would dominate the extension's start-up time.
  schemas ??= await import('./config');
  const { openedConfigSchema, runConfigSchema } = schemas;
  const isOpened = typeof value === 'object' && value !== null && 'opened' in value;
  const result = (isOpened ? openedConfigSchema : runConfigSchema).safeParse(value);
  if (result.success) return result.data;
  throw new RunError(`${path} is not a run's configuration: ${describeMismatch(result.error, value)}`);
}

/** Reads a run. Reports other damage in `message`. @throws RunError if config.json is missing or invalid */
export async function readRun(runFolder: RunFolder): Promise<RunRecord> {
  const folder = pathOf(runFolder);
  const config = await readConfig(runFolder);
  const damage: string[] = [];
  const unless =
    <T>(otherwise: T) =>
    (error: Error): T => {
      damage.push(error.message);
      return otherwise;
    };
  // Most runs lack most of these files: one look at the folder costs less than to try and open each.
  const names = await namesIn(inRun(runFolder)).catch(() => null);
  const mayBeThere = (name: string): boolean => names === null || names.includes(name);
  // Imported lazily, as the schema of config.json is.
  const about = mayBeThere('about.json')
    ? await (await import('./about')).readAbout(runFolder).catch(unless(NO_ABOUT))
    : NO_ABOUT;
  const metrics = mayBeThere(METRICS_FILE)
    ? await readMetricsEnd(runFolder).catch(unless(NO_METRICS))
    : NO_METRICS;
  const ended = metrics.last?.type === 'ended' ? metrics.last : null;
  const holder = mayBeThere(LOCK_FILE) ? await lockHolder(runFolder).catch(unless('none' as const)) : 'none';
  const remote = mayBeThere('remote.json')
    ? await (await import('./remote-run')).readRemoteRun(runFolder).catch(unless(null))
    : null;
  const checkpoints = mayBeThere(CHECKPOINTS_FOLDER)
    ? await listCheckpoints(runFolder).catch(unless<number[]>([]))
    : [];
  const isHeld = holder === 'alive' || holder === 'foreign';
  const isOpened = config.opened !== undefined;
  const last = isOpened ? 'finished' : (ended?.state ?? 'interrupted');
  const outcome = remote === null ? (isHeld ? 'running' : last) : outcomeOf(remote, isHeld, last);
  return {
    folder,
    name: basename(folder),
    about,
    config,
    outcome,
    remote,
    lastRow: metrics.lastRow,
    best: metrics.best,
    unreadMetrics: metrics.unread,
    checkpoints: isOpened ? [OPENED_STEP] : checkpoints,
    message: damage.join(' ') || (isBroken(remote) ? remote.message : (ended?.message ?? '')),
    usedImages: metrics.usedImages ?? config.data.count,
    lowerLearningRate: ended?.lowerLearningRate ?? null,
  };
}

/** Whether a run has ended on its cluster without saying so itself. */
const isBroken = (remote: RemoteRun | null): remote is RemoteRun =>
  remote?.state === 'failed' || remote?.state === 'lost';

/** @param isHeld whether a process of any machine holds the folder: one that trains it, or that follows a cluster */
function outcomeOf({ state }: RemoteRun, isHeld: boolean, last: RunOutcome): RunOutcome {
  if (isRemoteActive(state)) return 'running';
  if (state === 'failed') return 'failed';
  return isHeld ? 'running' : last;
}

/** A run that a cluster has been asked for and that has recorded nothing yet. */
export interface AwaitedRun {
  readonly folder: string;
  readonly name: string;
  readonly remote: RemoteRun;
}

/** Returns the run of a folder that `foldersOfRuns` has found if it is awaited from a cluster; else null. */
export async function readAwaitedRun(folder: string): Promise<AwaitedRun | null> {
  const run = listedRun(folder);
  if ((await statPath(inRun(run, 'config.json')).catch(() => true)) !== null) return null;
  const { readRemoteRun } = await import('./remote-run');
  const remote = await readRemoteRun(run).catch(() => null);
  return remote && { folder, name: basename(folder), remote };
}

/**
 * Lists the folders that may be runs.
 * @param onLeftOut called for each link skipped in `.vae`; links elsewhere are the user's own and are skipped silently
 * @throws ForeignFileError if `.vae` or a runs folder in it is a link
 */
export async function foldersOfRuns(
  runsRoot: string,
  onLeftOut: (message: string) => void,
): Promise<string[]> {
  const root = guarded(runsRoot);
  const folders = await foldersIn(root);
  if (isOwn(root)) {
    const others = (await namesIn(root)).filter((name) => !folders.includes(name));
    for (const name of others)
      await statPath(below(root, name)).catch((error: Error) => onLeftOut(error.message));
  }
  return folders.map((name) => join(runsRoot, name));
}

/**
 * Reads the run in a folder that `foldersOfRuns` has found; null if there is no config.json.
 * @param calls as of `listRuns`
 */
export async function readListedRun(
  folder: string,
  calls?: FileCalls,
): Promise<RunRecord | DamagedRun | null> {
  const run = listedRun(folder, calls);
  try {
    return await readRun(run);
  } catch (error) {
    const isThere = await statPath(inRun(run, 'config.json')).catch(() => true);
    return isThere ? { folder, name: basename(folder), damage: (error as Error).message } : null;
  }
}

export const isDamaged = (run: RunRecord | DamagedRun): run is DamagedRun => 'damage' in run;

/**
 * Reads all runs under `runsRoot`, newest first.
 * @param onLeftOut as in `foldersOfRuns`
 * @param calls how the runs are read; without, by calls that do not block
 * @throws ForeignFileError as `foldersOfRuns`
 */
export async function listRuns(
  runsRoot: string,
  onLeftOut: (message: string) => void = () => undefined,
  calls?: FileCalls,
): Promise<(RunRecord | DamagedRun)[]> {
  const folders = await foldersOfRuns(runsRoot, onLeftOut);
  let turnEnd = performance.now() + TURN_MS;
  const runs = await mapLimited(folders, calls ? 1 : FOLDERS_AT_ONCE, async (folder) => {
    if (calls && performance.now() > turnEnd) {
      // Signals are heard now.
      await setImmediate();
      turnEnd = performance.now() + TURN_MS;
    }
    return readListedRun(folder, calls);
  });
  return runs.filter((run) => run !== null).sort((a, b) => newestFirst(begunOf(a), begunOf(b)));
}

/** Returns what says when a run was begun. Of a run that is awaited, all that is known is when its state last changed. */
export const begunOf = (run: RunRecord | DamagedRun | AwaitedRun): Begun => ({
  name: run.name,
  createdAt: 'config' in run ? run.config.createdAt : 'remote' in run ? run.remote.changedAt : null,
});

/**
 * Lists the runs under `runsRoot` that are awaited from a cluster, newest first.
 * @param listed what `listRuns` has found there, which is not awaited @throws ForeignFileError as `foldersOfRuns`
 */
export async function listAwaitedRuns(
  runsRoot: string,
  listed: readonly { readonly name: string }[],
): Promise<AwaitedRun[]> {
  const known = new Set(listed.map(({ name }) => name));
  const found = await foldersOfRuns(runsRoot, () => undefined);
  const folders = found.filter((folder) => !known.has(basename(folder)));
  const runs = await mapLimited(folders, FOLDERS_AT_ONCE, readAwaitedRun);
  return runs.filter((run) => run !== null).sort((a, b) => newestFirst(begunOf(a), begunOf(b)));
}
