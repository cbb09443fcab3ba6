import { writeSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { openToAppend } from '../runs/guarded-files';
import { ForeignFileError, inRun } from '../runs/guarded-path';
import { visibleText } from '../text/visible-text';

/** The log.txt of a run folder. Entries are escaped to one line each, because they quote names and messages from files. */
export class RunLog {
  private constructor(
    private file: FileHandle | null,
    private readonly now: () => Date,
  ) {}

  /** Opens log.txt to append. If it is not writable, entries are dropped. @throws ForeignFileError if it is not a regular file */
  static async open(runFolder: string, now: () => Date = () => new Date()): Promise<RunLog> {
    const file = await openToAppend(inRun(runFolder, 'log.txt')).catch((error: unknown) => {
      if (error instanceof ForeignFileError) throw error;
      return null;
    });
    return new RunLog(file, now);
  }

  /** Appends an entry synchronously, so that it survives a process that exits right after. */
  write(entry: string): void {
    try {
      if (this.file) writeSync(this.file.fd, `${this.now().toISOString()} ${visibleText(entry)}\n`);
    } catch {
      // A log that cannot be written must not end the run; errors that matter are reported elsewhere.
    }
  }

  async close(): Promise<void> {
    const file = this.file;
    this.file = null;
    await file?.close();
  }
}
