import { appendFileSync } from 'node:fs';
import { join } from 'node:path';

/** log.txt of a run folder, for people. */
export class RunLog {
  constructor(
    private readonly runFolder: string,
    private readonly now: () => Date = () => new Date(),
  ) {}

  write(line: string): void {
    try {
      appendFileSync(join(this.runFolder, 'log.txt'), `${this.now().toISOString()} ${line}\n`);
    } catch {
      // A log that cannot be written must not end the run; what matters is reported by its own way.
    }
  }
}
