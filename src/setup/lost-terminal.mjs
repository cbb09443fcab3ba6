/** Ending after the terminal has gone. */
import { closeSync } from 'node:fs';
import { isatty } from 'node:tty';

const STANDARD = [0, 1, 2];

/**
 * Node puts a terminal's settings back as it ends, and crashes where that terminal is gone; it leaves alone what is closed.
 * Called at the start.
 */
export function surviveLostTerminal() {
  const terminals = STANDARD.filter((descriptor) => isatty(descriptor));
  process.on('exit', () => {
    for (const descriptor of terminals) if (!isatty(descriptor)) closeSync(descriptor);
  });
}
