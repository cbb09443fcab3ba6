import { readFileSync, readlinkSync } from 'node:fs';
import { processOf } from '../setup/parent.mjs';

/** How /proc shows the mode of a descriptor: its last octal digit is 2 where it may be read and written. */
const READ_AND_WRITE = /^flags:\s*\d*2$/m;

const NULL_DEVICE = '/dev/null';

const linkOf = (path: string): string | null => {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
};

/**
 * Whether a shell has closed standard output (`>&-`). Node puts the null device in its place, for reading and writing, before
 * any script runs. A shell's `> /dev/null` is for writing only, and what a shell has itself it hands down. (Some close their
 * own while the command runs.) Other programs give their children a null device like Node's, so of them nothing is known, nor on systems without /proc: false.
 */
export function isClosedOutput(): boolean {
  try {
    return (
      linkOf('/proc/self/fd/1') === NULL_DEVICE &&
      READ_AND_WRITE.test(readFileSync('/proc/self/fdinfo/1', 'utf8')) &&
      processOf(process.ppid)?.isShell === true &&
      linkOf(`/proc/${process.ppid}/fd/1`) !== NULL_DEVICE
    );
  } catch {
    return false;
  }
}
