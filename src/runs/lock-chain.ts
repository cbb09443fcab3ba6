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
 * A lock is a file that names its holder. To take over from a dead holder, a process creates a claim: a file named with the
 * dead holder's nonce, so that only one process can create it. Only the claimant may then replace or remove the lock file. If
 * a claimant dies, the next one claims its nonce in the same way. The lock file and its claims thus form a chain, whose last
 * entry is the holder. A claim is removed once the lock file no longer names the dead holder. A process that was delayed and
 * claims after that finds a different chain, which makes its claim void.
 */

/** A lock file or claim that has been read. */
export interface Link {
  readonly target: GuardedPath;
  /** The nonce, or a name derived from the content if it is not a valid record. */
  readonly key: string;
  readonly record: LockRecord | null;
}

/** Maximum size of a lock file, in bytes. */
const MAX_BYTES = 10_000;
/** Maximum chain length. A chain grows by one link for each claimant that dies. */
const MAX_LINKS = 1000;
/** A lock file that is not a valid record counts as torn after this time unchanged, in ms; it may still be being written. */
const TORN_TIMEOUT_MS = 3000;
/** Error codes of file systems without hard links. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL', 'EISDIR'];

const claimOn = (lock: GuardedPath, key: string): GuardedPath =>
  below(parentOf(lock), `.${basename(lock.path)}.${key}.claim`);

/** Checks whether a file name is that of a claim on the lock. */
const isClaimName = (lock: GuardedPath, name: string): boolean =>
  name.startsWith(`.${basename(lock.path)}.`) && name.endsWith('.claim');

async function readLink(target: GuardedPath): Promise<Link | null> {
  let text: string;
  try {
    text = await readText(target, MAX_BYTES);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const record = parseLock(text);
  return { target, record, key: record?.nonce ?? tornKey(target, text) };
}

function tornKey({ path }: GuardedPath, text: string): string {
  const hash = createHash('sha256')
    .update(`${basename(path)}\n${text}`)
    .digest('hex');
  return `torn-${hash.slice(0, 16)}`;
}

/** Reads the lock file and its claims; empty if the lock is free. @throws RunError after 1000 claims */
export async function readChain(lock: GuardedPath): Promise<Link[]> {
  const chain: Link[] = [];
  for (let target = lock; chain.length < MAX_LINKS; target = claimOn(lock, chain.at(-1)!.key)) {
    const next = await readLink(target);
    if (next === null) return chain;
    chain.push(next);
  }
  throw new RunError(
    `${lock.path} has ${MAX_LINKS} claims, expected a few. Remove it and the files .${basename(lock.path)}.*.claim beside it.`,
  );
}

/** Result of an attempt: `taken` if we hold the lock, `changed` if the chain changed meanwhile (retry), else its holder. */
export type Attempt = 'taken' | 'changed' | { readonly heldBy: LockRecord; readonly state: HolderState };

/**
 * Tries once to take a lock. Writes no files but the lock and its claims.
 * @param text our lock record @param patience time without a heartbeat after which an undecidable holder is stale, in ms
 */
export async function attempt(lock: GuardedPath, text: string, patience: number): Promise<Attempt> {
  const chain = await readChain(lock);
  const last = chain.at(-1);
  if (last === undefined) return (await create(lock, text)) ? settle(lock, text, []) : 'changed';
  const state = await judge(last.record);
  if (state === 'alive') return { heldBy: last.record!, state };
  if (state !== 'dead' && (await hasMoved(last, state === 'torn' ? TORN_TIMEOUT_MS : patience)))
    return last.record === null ? 'changed' : { heldBy: last.record, state };
  if (!(await create(claimOn(lock, last.key), text))) return 'changed';
  return settle(lock, text, chain);
}

/** Checks whether the heartbeat or the holder changes within `patience` ms. */
async function hasMoved({ target, key, record }: Link, patience: number): Promise<boolean> {
  const end = performance.now() + patience;
  while (performance.now() < end) {
    await sleep(Math.min(500, patience));
    const now = await readLink(target);
    if (now?.key !== key || now.record?.heartbeat !== record?.heartbeat) return true;
  }
  return false;
}

/** Completes an attempt after creating our file, which does not stay behind if that fails (for example on a full disk). */
async function settle(lock: GuardedPath, text: string, before: readonly Link[]): Promise<Attempt> {
  const { nonce } = parseLock(text)!;
  const ours = before.length === 0 ? lock : claimOn(lock, before.at(-1)!.key);
  const takeBack = async (): Promise<void> => {
    for (const file of [lock, ours]) if ((await readLink(file))?.key === nonce) await removeFile(file);
  };
  try {
    if (await isLast(lock, nonce, before)) {
      if (before.length > 0) await replaceFile(lock, [Buffer.from(text)]);
      await removeLeftovers(lock);
      return 'taken';
    }
  } catch (error) {
    await takeBack().catch(() => undefined);
    throw error;
  }
  await takeBack();
  return 'changed';
}

/** Whether the chain is still `before` and ends with our file: then we hold the lock. */
async function isLast(lock: GuardedPath, nonce: string, before: readonly Link[]): Promise<boolean> {
  const now = await readChain(lock);
  return (
    now.length === before.length + 1 &&
    now.at(-1)!.key === nonce &&
    before.every(({ key }, i) => now[i]!.key === key)
  );
}

/** Removes claims of dead holders and temporary files. Any process still writing one has lost: we hold the lock. */
async function removeLeftovers(lock: GuardedPath): Promise<void> {
  const folder = parentOf(lock);
  const own = basename(lock.path);
  for (const name of await namesIn(folder)) {
    const isOurs = (of: string): boolean => of === own || isClaimName(lock, of);
    if (isClaimName(lock, name) || isTemporaryName(name, isOurs))
      await removeFile(below(folder, name)).catch(() => undefined);
  }
}

/** Releases the lock. Claims our own nonce first, so that no other process can take over meanwhile. @param nonce ours */
export async function giveBack(lock: GuardedPath, nonce: string): Promise<void> {
  if (!(await isHeldBy(lock, nonce))) return;
  const claim = claimOn(lock, nonce);
  const { text } = lockText(await identityOfThis());
  let isClaimed = true;
  try {
    if (!(await create(claim, text))) return;
  } catch {
    // Without a claim (for example on a full disk), still remove the lock: leaving it behind would be worse.
    isClaimed = false;
  }
  if (await isHeldBy(lock, nonce)) await removeFile(lock);
  if (isClaimed) await removeFile(claim);
}

/** Checks whether the lock file names this holder. */
export async function isHeldBy(lock: GuardedPath, nonce: string): Promise<boolean> {
  return (await readLink(lock))?.key === nonce;
}

/** Creates a file atomically with its content. @returns false if the file exists already */
async function create(target: GuardedPath, text: string): Promise<boolean> {
  await statPath(target);
  const temporary = below(parentOf(target), temporaryName(basename(target.path)));
  try {
    await writeAll(temporary.path, text);
    await link(temporary.path, target.path);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    // A network file system may have created the link although its reply was lost.
    if (code === 'EEXIST') return (await readLink(target))?.key === parseLock(text)!.nonce;
    // Another process took the lock and removed our temporary file.
    if (code === 'ENOENT' && (await statPath(parentOf(target))) !== null) return false;
    if ((error as NodeJS.ErrnoException).syscall === 'link' && NO_LINKS.includes(code))
      return await createInSteps(target, text);
    throw error;
  } finally {
    await unlink(temporary.path).catch(() => undefined);
  }
}

/**
 * Does the same as `create` on file systems without hard links. The file is empty for a moment, when another process may take
 * it for torn and claim it. It is ours only if there is no such claim once it has its content.
 */
async function createInSteps(target: GuardedPath, text: string): Promise<boolean> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
  const handle = await open(target.path, flags).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return null;
    throw error;
  });
  if (handle === null) return false;
  try {
    await handle.writeFile(text);
  } catch (error) {
    await unlink(target.path).catch(() => undefined);
    throw error;
  } finally {
    await handle.close();
  }
  const { nonce } = parseLock(text)!;
  const claim = claimOn(lockOf(target), tornKey(target, ''));
  for (;;) {
    if ((await readLink(target))?.key !== nonce) return false;
    const rival = await readLink(claim);
    if (rival === null) return true;
    if ((await judge(rival.record)) === 'dead') await removeFile(claim);
    await sleep(20);
  }
}

/** Returns the lock that a file of its chain belongs to. */
function lockOf(target: GuardedPath): GuardedPath {
  const match = /^\.(.+)\.[\w-]+\.claim$/.exec(basename(target.path));
  return match === null ? target : below(parentOf(target), match[1]!);
}
