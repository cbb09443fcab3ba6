import { chmod, realpath, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeAtomically } from '../runs/atomic';
import { isFull, roomIn } from '../runs/storage';
import { CliError, EXIT, pathProblem } from './exit';
import { formatCount } from '../text/format-count';

/**
 * Writes a file that the user asked for, atomically: after any interruption (a full disk, Ctrl-C, kill), either the old file or
 * the complete new one exists. Follows links and keeps the permissions of the old file.
 * @throws CliError naming the path and, if the disk is full, the space needed and available
 */
export async function writeOutput(path: string, bytes: string | Uint8Array): Promise<void> {
  try {
    const older = await stat(path).catch(() => null);
    // Pipes and devices have no old content and must not be replaced.
    if (older && !older.isFile()) return await writeFile(path, bytes);
    const target = older ? await realpath(path) : path;
    await writeAtomically(target, typeof bytes === 'string' ? bytes : [bytes]);
    if (older) await chmod(target, older.mode & 0o7777);
  } catch (error) {
    throw await writeFailure(path, Buffer.byteLength(bytes), error as NodeJS.ErrnoException);
  }
}

async function writeFailure(path: string, needed: number, error: NodeJS.ErrnoException): Promise<CliError> {
  const { code = '', message } = error;
  const problem = pathProblem(code);
  if (problem !== null) return new CliError('bad-input', `${path}: ${problem}`, EXIT.badInput);
  const text =
    isFull(error) || code === 'EFBIG'
      ? `${formatCount(needed)} bytes are needed, ${await freeIn(dirname(path))}; make room, or choose another place`
      : message;
  return new CliError(
    'not-written',
    `${path} was not written (${code}): ${text}. A file that was there is as it was.`,
    EXIT.failure,
  );
}

async function freeIn(folder: string): Promise<string> {
  const room = await roomIn(folder);
  return room === null ? `got fewer in ${folder}` : `${formatCount(room)} are free in ${folder}`;
}
