import { chmod, realpath, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { writeAtomically } from '../runs/atomic';
import type { WrittenFile } from '../runs/atomic';
import { isFull, roomIn } from '../runs/storage';
import { CliError, EXIT, pathProblem } from './exit';
import { formatCount } from '../text/format-count';

/**
 * Writes a file that the user asked for, atomically: after any interruption (a full disk, Ctrl-C, kill), either the old file or
 * the complete new one exists. Follows links and keeps the permissions of the old file.
 * @throws CliError naming the path and, if the disk is full, the space needed and available
 */
export function writeOutput(path: string, bytes: string | Uint8Array): Promise<void> {
  return writeOutputs([{ path, content: typeof bytes === 'string' ? bytes : [bytes] }]);
}

/**
 * Writes files that the user asked for, as `writeOutput`: none is replaced before all have been written in full.
 * @throws as `writeOutput`; what the content of a file throws; the abort reason
 */
export async function writeOutputs(files: readonly WrittenFile[], signal?: AbortSignal): Promise<void> {
  const attempt = new Attempt(signal);
  try {
    const targets: (WrittenFile & { readonly mode: number | null })[] = [];
    for (const file of files) {
      attempt.begin(file);
      const older = await stat(file.path).catch(() => null);
      // Pipes and devices have no old content and must not be replaced.
      if (older && !older.isFile()) await writeFile(file.path, attempt.counted(file));
      else
        targets.push({
          path: older ? await realpath(file.path) : file.path,
          content: attempt.counted(file),
          mode: older && older.mode & 0o7777,
        });
    }
    await writeAtomically(targets);
    for (const { path, mode } of targets) if (mode !== null) await chmod(path, mode);
  } catch (error) {
    if (attempt.failedInContent) throw error;
    throw await attempt.failure(error as NodeJS.ErrnoException);
  }
}

/** The writing of files, to tell which one failed, and how much room it takes. */
class Attempt {
  private path = '';
  /** Bytes of the file; of one whose content is made while it is written, those made so far. */
  private size = 0;
  private isWhole = true;
  /** Whether the content itself could not be made, for example because it was cancelled. */
  failedInContent = false;

  constructor(private readonly signal: AbortSignal | undefined) {}

  begin({ path, content }: WrittenFile): void {
    this.path = path;
    this.isWhole = typeof content === 'string' || Array.isArray(content);
    if (typeof content === 'string') this.size = Buffer.byteLength(content);
    else if (Array.isArray(content))
      this.size = (content as readonly Uint8Array[]).reduce((sum, piece) => sum + piece.byteLength, 0);
    else this.size = 0;
  }

  async *counted(file: WrittenFile): AsyncGenerator<Uint8Array> {
    const { content } = file;
    this.begin(file);
    try {
      for await (const piece of typeof content === 'string' ? [Buffer.from(content)] : content) {
        if (!this.isWhole) this.size += piece.byteLength;
        yield piece;
        await this.checkAborted();
      }
    } catch (error) {
      this.failedInContent = true;
      throw error;
    }
  }

  private async checkAborted(): Promise<void> {
    if (!this.signal) return;
    // Signals of the system are delivered between the turns of the event loop.
    await turn();
    this.signal.throwIfAborted();
  }

  async failure(error: NodeJS.ErrnoException): Promise<CliError> {
    const { code = '', message } = error;
    const problem = pathProblem(code);
    if (problem !== null) return new CliError('bad-input', `${this.path}: ${problem}`, EXIT.badInput);
    const needed = `${this.isWhole ? '' : 'more than '}${formatCount(this.size)}`;
    const text =
      isFull(error) || code === 'EFBIG'
        ? `${needed} bytes are needed, ${await freeIn(dirname(this.path))}; make room, or choose another place`
        : message;
    return new CliError(
      'not-written',
      `${this.path} was not written (${code}): ${text}. A file that was there is as it was.`,
      EXIT.failure,
    );
  }
}

async function freeIn(folder: string): Promise<string> {
  const room = await roomIn(folder);
  return room === null ? `got fewer in ${folder}` : `${formatCount(room)} are free in ${folder}`;
}
