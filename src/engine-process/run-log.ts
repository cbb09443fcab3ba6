import { writeSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { openToAppend } from '../runs/guarded-files';
import { ForeignFileError, inRun } from '../runs/guarded-path';
import { visibleText } from '../text/visible-text';

/** log.txt of a run folder, for people. An entry is one line, whatever its text holds: names and messages come from files. */
export class RunLog {
  private constructor(
    private file: FileHandle | null,
    private readonly now: () => Date,
  ) {}

  /** @throws ForeignFileError where log.txt is no file; one that cannot be written to for another reason stays as it is */
  static async open(runFolder: string, now: () => Date = () => new Date()): Promise<RunLog> {
    const file = await openToAppend(inRun(runFolder, 'log.txt')).catch((error: unknown) => {
      if (error instanceof ForeignFileError) throw error;
      return null;
    });
    return new RunLog(file, now);
  }

  /** At once, so that it is there when the process ends in the next moment. */
  write(entry: string): void {
    try {
      if (this.file) writeSync(this.file.fd, `${this.now().toISOString()} ${visibleText(entry)}\n`);
    } catch {
      // A log that cannot be written must not end the run; what matters is reported by its own way.
    }
  }

  async close(): Promise<void> {
    const file = this.file;
    this.file = null;
    await file?.close();
  }
}
