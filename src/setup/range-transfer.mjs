/** Fetches a range of a file's bytes into a file here, and goes on with the bytes that are there. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { get, piecesOf, TransferError } from './request.mjs';

/** Attempts in a row that bring next to nothing before a server is given up, and how many bytes are more than that. */
const FRUITLESS = 3;
const MIN_PROGRESS_BYTES = 1000;

/**
 * A range of the bytes of a file of which the number of bytes is known.
 * @typedef {object} Range
 * @property {number} offset
 * @property {number} length
 * @property {number} fileBytes of the whole file
 */

/**
 * @typedef {object} TransferOptions
 * @property {import('./request.mjs').RequestOptions} wire
 * @property {number} patience ms before a broken connection is tried again, times the attempts in a row that brought nothing
 * @property {(received: number) => void} onBytes called after each piece with the number of bytes of the range that are there
 */

/**
 * Fills `path` with a range of the file at an address. What is there already is taken for the range's beginning, and kept if this fails.
 * @param {URL} url
 * @param {Range} range
 * @param {string} path
 * @param {TransferOptions} options
 * @returns {Promise<boolean>} whether bytes from before the call are among them
 * @throws {TransferError} if the server fails; the abort reason
 */
export async function fetchRange(url, range, path, options) {
  const file = await open(path, 'a');
  try {
    const before = await sizeWithin(file, range);
    let size = before;
    options.onBytes(size);
    for (let fruitless = 0; size < range.length;) {
      const start = size;
      try {
        for await (const piece of piecesFrom(url, range, size, options.wire)) {
          await writeAll(file, piece);
          size += piece.length;
          options.onBytes(size);
        }
        if (size < range.length)
          throw new TransferError(`ended after ${size} of ${range.length} bytes`, true);
      } catch (error) {
        fruitless = size - start >= MIN_PROGRESS_BYTES ? 0 : fruitless + 1;
        if (!(error instanceof TransferError) || !error.isTemporary || fruitless === FRUITLESS) throw error;
        // Who is offline need not wait to be told.
        if (size === before && /^was not reached/.test(error.message)) throw error;
        await pause(options.patience * (fruitless + 1), undefined, { signal: options.wire.signal });
      }
    }
    return before > 0;
  } finally {
    await file.close();
  }
}

/**
 * Copies a range of a file on this machine, as `fetchRange`.
 * @param {string} from
 * @param {Range} range
 * @param {string} path
 * @param {Pick<TransferOptions, 'onBytes'> & { signal: AbortSignal }} options
 */
export async function copyRange(from, { offset, length }, path, { onBytes, signal }) {
  const file = await open(path, 'w');
  try {
    let size = 0;
    for await (const piece of createReadStream(from, {
      ...{ start: offset, end: offset + length - 1, highWaterMark: 1 << 20, signal },
    })) {
      await writeAll(file, piece);
      size += piece.length;
      onBytes(size);
    }
    if (size < length) throw new TransferError(`ends after ${size} of ${length} bytes`, false);
  } finally {
    await file.close();
  }
}

/**
 * @param {import('node:fs/promises').FileHandle} file
 * @param {Range} range
 * @returns {Promise<number>} bytes that are there; more than the range has are not its
 */
async function sizeWithin(file, { length }) {
  const { size } = await file.stat();
  if (size <= length) return size;
  await file.truncate(0);
  return 0;
}

/**
 * Writes all of a piece where the last one ended.
 * @param {import('node:fs/promises').FileHandle} file
 * @param {Uint8Array} piece
 */
export async function writeAll(file, piece) {
  for (let done = 0; done < piece.length;)
    done += (await file.write(piece, done, piece.length - done)).bytesWritten;
}

/**
 * Yields the bytes of a range from the byte `have` of it on, and no more. A server that sends the whole file instead is listened to, too: some proxies
 * take the header out.
 * @param {URL} url
 * @param {Range} range
 * @param {number} have
 * @param {import('./request.mjs').RequestOptions} wire
 * @returns {AsyncGenerator<Uint8Array>}
 */
async function* piecesFrom(url, { offset, length, fileBytes }, have, wire) {
  const [first, last] = [offset + have, offset + length - 1];
  const response = await get(url, `bytes=${first}-${last}`, wire);
  const isWhole = response.statusCode === 200;
  const problem = isWhole
    ? lengthProblem(response, fileBytes)
    : (rangeProblem(response, `bytes ${first}-${last}/${fileBytes}`) ??
      lengthProblem(response, length - have));
  if (problem) {
    response.destroy();
    throw problem;
  }
  let skip = isWhole ? first : 0;
  let left = length - have;
  for await (const piece of piecesOf(response, wire)) {
    const wanted = piece.subarray(Math.min(skip, piece.length));
    skip -= piece.length - wanted.length;
    if (wanted.length > left && !isWhole)
      throw new TransferError(`sent more than the ${length} bytes of the range`, false);
    if (wanted.length > 0) yield wanted.subarray(0, left);
    left -= Math.min(left, wanted.length);
    if (left === 0 && isWhole) return;
  }
}

/**
 * @param {import('node:http').IncomingMessage} response
 * @param {string} expected
 */
function rangeProblem({ statusCode = 0, headers }, expected) {
  // Server errors and rate limits may pass; other refusals are final.
  if (statusCode !== 206)
    return new TransferError(`answered with status ${statusCode}`, statusCode >= 500 || statusCode === 429);
  const got = headers['content-range']?.trim();
  if (got === expected) return null;
  return new TransferError(`answered with the range ${got ?? 'none'}, expected ${expected}`, false);
}

/**
 * @param {import('node:http').IncomingMessage} response
 * @param {number} expected
 */
function lengthProblem({ headers }, expected) {
  if (/\bhtml\b/i.test(headers['content-type'] ?? ''))
    return new TransferError('answered with a web page instead of the file', false);
  const length = headers['content-length'];
  if (length === undefined || Number(length) === expected) return null;
  return new TransferError(`announced ${length} bytes, expected ${expected}`, false);
}
