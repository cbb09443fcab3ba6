import { readFileSync, readlinkSync } from 'node:fs';
import { processOf } from '../setup/parent.mjs';

/** Matches the /proc flags of a descriptor opened for reading and writing: the last octal digit is 2. */
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
 * Returns whether a shell has closed standard output (`>&-`). Before any script runs, Node replaces a closed descriptor with
 * the null device, opened for reading and writing. A shell's `> /dev/null` opens it for writing only, and a null device that is
 * the shell's own output is inherited. (Some shells close their own output while the command runs.) Other programs may give
 * their children a null device like Node's, so returns false unless the parent is a shell, and on systems without /proc.
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
