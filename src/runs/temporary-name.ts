import { createHash, randomBytes } from 'node:crypto';
import { isProcessAlive } from '../setup/process-alive.mjs';

/** Suffix of our temporary files and folders. */
const SUFFIX = '.vae-tmp';

/** The random part is optional, for files of older versions. */
const PATTERN = /^\.(?<name>.+?)\.(?<pid>\d{1,10})(?:\.[0-9a-f]{16})?(?:\.old)?\.vae-tmp$/;

/** Bytes of a name that fit into a temporary name; file systems allow 255 for the whole. */
const MAX_STEM_BYTES = 200;

/** Returns what stands for `name` in its temporary names: itself, or a hash of a name that is too long. */
export function temporaryStem(name: string): string {
  if (Buffer.byteLength(name) <= MAX_STEM_BYTES) return name;
  return createHash('sha256').update(name).digest('hex');
}

/** Returns a hidden name derived from `name`, unique across processes. */
export function temporaryName(name: string): string {
  return `.${temporaryStem(name)}.${process.pid}.${randomBytes(8).toString('hex')}${SUFFIX}`;
}

/** Checks whether `name` came from `temporaryName` for an original name that `isOurs` accepts, given as its stem. */
export function isTemporaryName(name: string, isOurs: (name: string) => boolean): boolean {
  const match = PATTERN.exec(name);
  return match !== null && isOurs(match.groups!['name']!);
}

/**
 * Checks whether `name` is such a name whose process has ended. Meant for folders of this machine: elsewhere the same process id
 * means another process.
 */
export function isAbandonedName(name: string, isOurs: (name: string) => boolean): boolean {
  const match = PATTERN.exec(name);
  return match !== null && isOurs(match.groups!['name']!) && !isProcessAlive(Number(match.groups!['pid']));
}
