import { lstat, stat } from 'node:fs/promises';
import type { BigIntStats } from 'node:fs';
import { basename, dirname, join, parse, relative, resolve, sep } from 'node:path';
import { RunError } from './run-error';

/**
 * A place in a run folder, or beside one. Run folders come with cloned repositories and from other people, so each part of
 * the path after `trusted` must be what it seems: no link leads out of it. A person chose `trusted` and may link to it.
 */
export interface GuardedPath {
  readonly path: string;
  /** The folder of runs, or the folder that holds it. */
  readonly trusted: string;
}

/** Latent Explorer's own folder in a workspace; it and all that lies in it may be no link. */
const OWN_FOLDER = '.vae';

/** What is met where a file or folder of ours was expected. Nothing was read, written or removed. */
export class ForeignFileError extends RunError {}

/** @param names of folders and, last, of a file or folder; none of them may be a path @throws RunError for one that is */
export function guarded(trusted: string, ...names: readonly string[]): GuardedPath {
  for (const name of names) {
    if (name === '' || name === '.' || name === '..' || /[/\\\0]/.test(name))
      throw new RunError(`got '${name}', expected the name of a file`);
  }
  return { path: join(trusted, ...names), trusted: trustedPart(resolve(trusted)) };
}

/** A file or folder of a run folder, or with no names the run folder itself. */
export function inRun(runFolder: string, ...names: readonly string[]): GuardedPath {
  const whole = resolve(runFolder);
  return guarded(dirname(whole), ...(whole === parse(whole).root ? [] : [basename(whole)]), ...names);
}

/** A file or folder below a place. */
export function below({ path, trusted }: GuardedPath, ...names: readonly string[]): GuardedPath {
  return { path: guarded(path, ...names).path, trusted };
}

/** The folder that a place lies in. */
export function parentOf({ path, trusted }: GuardedPath): GuardedPath {
  return { path: dirname(path), trusted };
}

/** Whether a place lies in a folder of Latent Explorer's own, or is one. */
export const isOwn = ({ path, trusted }: GuardedPath): boolean => resolve(path) !== trusted;

function trustedPart(folder: string): string {
  const parts = folder.split(sep);
  const own = parts.lastIndexOf(OWN_FOLDER);
  return own > 0 ? parts.slice(0, own).join(sep) || sep : folder;
}

/**
 * What lies at a place, or null where nothing does.
 * @throws ForeignFileError where a part of the path is a link or no folder, or the last is neither file nor folder
 */
export async function statPath(place: GuardedPath): Promise<BigIntStats | null> {
  let path = place.trusted;
  let stats: BigIntStats | null = null;
  for (const name of relative(place.trusted, resolve(place.path)).split(sep).filter(Boolean)) {
    if (stats !== null && !stats.isDirectory()) throw foreign(path, stats, 'a folder');
    path = join(path, name);
    stats = await lstat(path, { bigint: true }).catch(ignoreMissing);
    if (stats === null) return null;
    if (!stats.isFile() && !stats.isDirectory()) throw foreign(path, stats, 'a file or folder of its own');
  }
  // Nothing is left to guard: the place is the trusted folder itself.
  return stats ?? stat(place.path, { bigint: true }).catch(ignoreMissing);
}

/** The error that says what lies at `path` in place of what was expected there. */
export function foreign(path: string, stats: BigIntStats, expected: string): ForeignFileError {
  const advice = stats.isSymbolicLink()
    ? 'Links are not followed in a folder of runs: put in its place what it points to, or name another folder of runs (setting vae.runsFolder, option --run).'
    : 'Move it away.';
  return new ForeignFileError(`${path} is ${kindOf(stats)}, expected ${expected}. ${advice}`);
}

function kindOf(stats: BigIntStats): string {
  if (stats.isSymbolicLink()) return 'a link';
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a pipe';
  if (stats.isSocket()) return 'a socket';
  return stats.isFile() ? 'a file' : 'a device';
}

function ignoreMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
  throw error;
}
