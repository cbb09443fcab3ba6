import { lstat, stat } from 'node:fs/promises';
import type { BigIntStats } from 'node:fs';
import { basename, dirname, join, parse, relative, resolve, sep } from 'node:path';
import type { FileCalls } from './file-calls';
import { RunError } from './run-error';

/**
 * A path in or next to a run folder. Run folders may come from cloned repositories and other people, so no part of the path
 * after `trusted` may be a link. The user chose `trusted`, which may itself be a link.
 */
export interface GuardedPath {
  readonly path: string;
  /** The runs folder or, if that lies in `.vae`, the parent of `.vae`. */
  readonly trusted: string;
  /** How it is read, if not by the calls of `node:fs/promises`. */
  readonly calls?: FileCalls | undefined;
}

/** Latent Explorer's folder in a workspace; neither it nor anything in it may be a link. */
const OWN_FOLDER = '.vae';

/** Something unexpected, for example a link, is at the path of one of our files or folders. It has not been touched. */
export class ForeignFileError extends RunError {}

/** Joins a trusted folder and names below it. @throws RunError if a name is a path */
export function guarded(trusted: string, ...names: readonly string[]): GuardedPath {
  for (const name of names) {
    if (name === '' || name === '.' || name === '..' || /[/\\\0]/.test(name))
      throw new RunError(`got '${name}', expected the name of a file`);
  }
  return { path: join(trusted, ...names), trusted: trustedPart(resolve(trusted)) };
}

/** A run folder: its path, or one of a list that has been checked as `listedRun` says. */
export type RunFolder = string | GuardedPath;

/**
 * A run folder in a folder of runs that was checked and read a moment ago, so that only what lies in the run folder is checked
 * again. For reading alone: a list of 2,000 runs would otherwise check the same parents 30,000 times.
 * @param calls how it is read
 */
export const listedRun = (folder: string, calls?: FileCalls): GuardedPath => ({
  path: folder,
  trusted: resolve(folder),
  calls,
});

/** Returns the path of a run folder. */
export const pathOf = (runFolder: RunFolder): string =>
  typeof runFolder === 'string' ? runFolder : runFolder.path;

/** Returns the path of a file or folder in a run folder; without names, of the run folder itself. */
export function inRun(runFolder: RunFolder, ...names: readonly string[]): GuardedPath {
  if (typeof runFolder !== 'string') return below(runFolder, ...names);
  const whole = resolve(runFolder);
  return guarded(dirname(whole), ...(whole === parse(whole).root ? [] : [basename(whole)]), ...names);
}

/** Returns the path of a file or folder below `path`. @throws RunError if a name is a path */
export function below(parent: GuardedPath, ...names: readonly string[]): GuardedPath {
  return { ...parent, path: guarded(parent.path, ...names).path };
}

/** Returns the parent folder. */
export function parentOf(target: GuardedPath): GuardedPath {
  return { ...target, path: dirname(target.path) };
}

/** Checks whether a path lies below its trusted folder, as all paths in `.vae` do. */
export const isOwn = ({ path, trusted }: GuardedPath): boolean => resolve(path) !== trusted;

function trustedPart(folder: string): string {
  const parts = folder.split(sep);
  const own = parts.lastIndexOf(OWN_FOLDER);
  return own > 0 ? parts.slice(0, own).join(sep) || sep : folder;
}

/**
 * Returns the stats of a path without following links, or null if it does not exist.
 * @throws ForeignFileError if part of the path is a link or not a folder, or its end is neither a file nor a folder
 */
export async function statPath(target: GuardedPath): Promise<BigIntStats | null> {
  const look = target.calls ?? ownCalls;
  let path = target.trusted;
  let stats: BigIntStats | null = null;
  for (const name of relative(target.trusted, resolve(target.path)).split(sep).filter(Boolean)) {
    if (stats !== null && !stats.isDirectory()) throw foreign(path, stats, 'a folder');
    path = join(path, name);
    stats = await look.lstat(path).catch(ignoreMissing);
    if (stats === null) return null;
    if (!stats.isFile() && !stats.isDirectory()) throw foreign(path, stats, 'a regular file or folder');
  }
  // The path is the trusted folder itself, which may be a link.
  return stats ?? look.stat(target.path).catch(ignoreMissing);
}

const ownCalls: Pick<FileCalls, 'lstat' | 'stat'> = {
  lstat: (path) => lstat(path, { bigint: true }),
  stat: (path) => stat(path, { bigint: true }),
};

/** Creates the error for an unexpected kind of file at `path`. */
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
