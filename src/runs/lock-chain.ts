import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { link, open, unlink } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeAll } from './atomic';
import { namesIn, readText, removeFile, replaceFile } from './guarded-files';
import { below, statPath, parentOf } from './guarded-path';
import type { GuardedPath } from './guarded-path';
import { identityOfThis, judge, lockText, parseLock } from './holder';
import type { HolderState, LockRecord } from './holder';
import { RunError } from './run-error';
import { isTemporaryName, temporaryName } from './temporary-name';

/*
 * A lock is a file that names its holder. It is taken over from a dead one by a claim: a file whose name has the nonce of the dead
 * holder, so that only one process can make it. Who made the claim, and only that, may replace or remove the lock's file; a claimant
 * that dies is succeeded in the same way, by a claim with its own nonce. So the lock and its claims are a chain, and the last
 * of them is the holder. A claim is removed after the lock's file has ceased to name the dead holder; one that comes later
 * still, from a process that was delayed, finds that the chain is another, and is void.
 */

/** A lock's file or a claim, as read. */
export interface Link {
  readonly place: GuardedPath;
  /** The nonce, or for what is no record a name for its content. */
  readonly key: string;
  readonly record: LockRecord | null;
}

/** Longest lock that is read, in bytes. */
const MAX_BYTES = 10_000;
/** Chains are as long as claimants died one after the other. */
const MAX_LINKS = 1000;
/** How long a file of a lock that is no record must stay as it is to count as torn, in ms: it may just be written. */
const TORN_PATIENCE = 3000;
/** Codes of file systems that have no hard links. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL', 'EISDIR'];

const claimOn = (lock: GuardedPath, key: string): GuardedPath =>
  below(parentOf(lock), `.${basename(lock.path)}.${key}.claim`);

/** Whether a name is that of a claim on the lock. */
const isClaimName = (lock: GuardedPath, name: string): boolean =>
  name.startsWith(`.${basename(lock.path)}.`) && name.endsWith('.claim');

async function readLink(place: GuardedPath): Promise<Link | null> {
  let text: string;
  try {
    text = await readText(place, MAX_BYTES);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const record = parseLock(text);
  return { place, record, key: record?.nonce ?? tornKey(place, text) };
}

function tornKey({ path }: GuardedPath, text: string): string {
  const hash = createHash('sha256')
    .update(`${basename(path)}\n${text}`)
    .digest('hex');
  return `torn-${hash.slice(0, 16)}`;
}

/** The lock's file and the claims on it; empty where nobody holds it. */
export async function readChain(lock: GuardedPath): Promise<Link[]> {
  const chain: Link[] = [];
  for (let place = lock; chain.length < MAX_LINKS; place = claimOn(lock, chain.at(-1)!.key)) {
    const next = await readLink(place);
    if (next === null) return chain;
    chain.push(next);
  }
  throw new RunError(
    `${lock.path} has ${MAX_LINKS} claims, expected a few. Remove it and the files .${basename(lock.path)}.*.claim beside it.`,
  );
}

/** What became of an attempt: the lock is ours, another process holds it, or it has changed hands meanwhile. */
export type Attempt = 'taken' | 'changed' | { readonly heldBy: LockRecord; readonly state: HolderState };

/**
 * One attempt to take a lock. Nothing but files of the lock is written.
 * @param text names us @param patience how long a heartbeat that we cannot judge otherwise must stand still, in ms
 */
export async function attempt(lock: GuardedPath, text: string, patience: number): Promise<Attempt> {
  const chain = await readChain(lock);
  const last = chain.at(-1);
  if (last === undefined) return (await create(lock, text)) ? settle(lock, text, []) : 'changed';
  const state = await judge(last.record);
  if (state === 'alive') return { heldBy: last.record!, state };
  if (state !== 'dead' && (await hasMoved(last, state === 'torn' ? TORN_PATIENCE : patience)))
    return last.record === null ? 'changed' : { heldBy: last.record, state };
  if (!(await create(claimOn(lock, last.key), text))) return 'changed';
  return settle(lock, text, chain);
}

/** Whether something changes within so many ms: the holder's heartbeat, or the holder. */
async function hasMoved({ place, key, record }: Link, patience: number): Promise<boolean> {
  const end = performance.now() + patience;
  while (performance.now() < end) {
    await sleep(Math.min(500, patience));
    const now = await readLink(place);
    if (now?.key !== key || now.record?.heartbeat !== record?.heartbeat) return true;
  }
  return false;
}

/** After our file was made: the lock is ours if it still ends the chain on which it was made. */
async function settle(lock: GuardedPath, text: string, before: readonly Link[]): Promise<Attempt> {
  const { nonce } = parseLock(text)!;
  const now = await readChain(lock);
  const isOurs =
    now.length === before.length + 1 &&
    now.at(-1)!.key === nonce &&
    before.every(({ key }, i) => now[i]!.key === key);
  const ours = before.length === 0 ? lock : claimOn(lock, before.at(-1)!.key);
  if (!isOurs) {
    if ((await readLink(ours))?.key === nonce) await removeFile(ours);
    return 'changed';
  }
  if (before.length > 0) await replaceFile(lock, [Buffer.from(text)]);
  await removeLeftovers(lock);
  return 'taken';
}

/** What dead holders and interrupted writes left. Whoever still writes there has lost: the lock is ours. */
async function removeLeftovers(lock: GuardedPath): Promise<void> {
  const folder = parentOf(lock);
  const own = basename(lock.path);
  for (const name of await namesIn(folder)) {
    const isOurs = (of: string): boolean => of === own || isClaimName(lock, of);
    if (isClaimName(lock, name) || isTemporaryName(name, isOurs))
      await removeFile(below(folder, name)).catch(() => undefined);
  }
}

/** Gives the lock back: by a claim on ourselves, so that nobody can take it over at the same moment. @param nonce ours */
export async function giveBack(lock: GuardedPath, nonce: string): Promise<void> {
  if (!(await isHeldBy(lock, nonce))) return;
  const claim = claimOn(lock, nonce);
  const { text } = lockText(await identityOfThis());
  let isClaimed = true;
  try {
    if (!(await create(claim, text))) return;
  } catch {
    // A disk that is full has no room for a claim; a lock that stays behind would be worse.
    isClaimed = false;
  }
  if (await isHeldBy(lock, nonce)) await removeFile(lock);
  if (isClaimed) await removeFile(claim);
}

/** Whether the lock's file names this holder. */
export async function isHeldBy(lock: GuardedPath, nonce: string): Promise<boolean> {
  return (await readLink(lock))?.key === nonce;
}

/** Makes a file with its whole content at once. @returns whether it is ours; not where there is one already */
async function create(place: GuardedPath, text: string): Promise<boolean> {
  await statPath(place);
  const temporary = below(parentOf(place), temporaryName(basename(place.path)));
  try {
    await writeAll(temporary.path, text);
    await link(temporary.path, place.path);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    // A server may have done it although its answer was lost.
    if (code === 'EEXIST') return (await readLink(place))?.key === parseLock(text)!.nonce;
    // Another process took the lock and has tidied up.
    if (code === 'ENOENT' && (await statPath(parentOf(place))) !== null) return false;
    if ((error as NodeJS.ErrnoException).syscall === 'link' && NO_LINKS.includes(code))
      return createInSteps(place, text);
    throw error;
  } finally {
    await unlink(temporary.path).catch(() => undefined);
  }
}

/**
 * As `create` where the file system has no hard links: the file is empty for a moment, in which it may be taken for torn and be
 * claimed. So it is ours only when, with its content in it, nobody has made such a claim.
 */
async function createInSteps(place: GuardedPath, text: string): Promise<boolean> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
  const handle = await open(place.path, flags).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return null;
    throw error;
  });
  if (handle === null) return false;
  try {
    await handle.writeFile(text);
  } catch (error) {
    await unlink(place.path).catch(() => undefined);
    throw error;
  } finally {
    await handle.close();
  }
  const { nonce } = parseLock(text)!;
  const claim = claimOn(lockOf(place), tornKey(place, ''));
  for (;;) {
    if ((await readLink(place))?.key !== nonce) return false;
    const rival = await readLink(claim);
    if (rival === null) return true;
    if ((await judge(rival.record)) === 'dead') await removeFile(claim);
    await sleep(20);
  }
}

/** The lock that a file of its chain belongs to. */
function lockOf(place: GuardedPath): GuardedPath {
  const match = /^\.(.+)\.[\w-]+\.claim$/.exec(basename(place.path));
  return match === null ? place : below(parentOf(place), match[1]!);
}
