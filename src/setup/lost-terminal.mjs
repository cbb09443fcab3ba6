/** Exiting after the terminal has gone. */
import { closeSync } from 'node:fs';
import { isatty } from 'node:tty';

const STANDARD = [0, 1, 2];

/**
 * Closes lost terminals at exit: Node restores a terminal's settings as it exits, and crashes if that terminal is gone, but
 * skips closed descriptors. Call at the start.
 */
export function surviveLostTerminal() {
  const terminals = STANDARD.filter((descriptor) => isatty(descriptor));
  process.on('exit', () => {
    for (const descriptor of terminals) if (!isatty(descriptor)) closeSync(descriptor);
  });
}
