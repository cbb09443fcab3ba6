import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { visibleText } from '../text/visible-text';

/** log.txt of a run folder, for people. An entry is one line, whatever its text holds: names and messages come from files. */
export class RunLog {
  constructor(
    private readonly runFolder: string,
    private readonly now: () => Date = () => new Date(),
  ) {}

  write(entry: string): void {
    try {
      appendFileSync(join(this.runFolder, 'log.txt'), `${this.now().toISOString()} ${visibleText(entry)}\n`);
    } catch {
      // A log that cannot be written must not end the run; what matters is reported by its own way.
    }
  }
}
