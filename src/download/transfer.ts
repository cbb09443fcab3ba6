import type { IncomingMessage } from 'node:http';
import type { PublishedFile } from './dataset';
import type { PartialFile } from './partial';
import { get, piecesOf, TransferError } from '../setup/request.mjs';
import type { RequestOptions } from '../setup/request.mjs';

/**
 * Fills `partial` to the file's length from one mirror. Existing bytes are continued if the mirror supports it, and kept if the
 * mirror fails; the content is not verified here.
 * @param onBytes called after each piece with the number of bytes received so far
 * @returns whether bytes from before the call are still part of the file
 * @throws TransferError if the mirror fails, or sends something that cannot be the file
 */
export async function transfer(
  url: URL,
  file: PublishedFile,
  partial: PartialFile,
  wire: RequestOptions,
  onBytes: (size: number) => void,
): Promise<boolean> {
  let from = partial.size;
  let response = await get(url, rangeFrom(from), wire);
  // A refused or wrong range says nothing about the whole file, so request the whole file.
  if (from > 0 && (response.statusCode === 206 || response.statusCode === 416)) {
    if (!isContinuation(response, from, file.bytes)) {
      response.destroy();
      from = 0;
      response = await get(url, rangeFrom(from), wire);
    }
  }
  if (response.statusCode === 200) from = 0;
  const problem = problemOf(response, from, file.bytes);
  if (problem) {
    response.destroy();
    throw problem;
  }
  if (from === 0) await partial.restart();
  for await (const piece of piecesOf(response, wire)) {
    if (partial.size + piece.length > file.bytes) {
      await partial.restart();
      throw new TransferError(`sent more than the ${file.bytes} bytes of the file`, false);
    }
    await partial.append(piece);
    onBytes(partial.size);
  }
  if (partial.size < file.bytes)
    throw new TransferError(`ended after ${partial.size} of ${file.bytes} bytes`, true);
  return from > 0;
}

/** Returns the header that asks for the file from a byte; null for the whole of it. */
const rangeFrom = (from: number): string | null => (from > 0 ? `bytes=${from}-` : null);

/** Returns whether the response is the rest of the file, from the requested byte. */
function isContinuation({ statusCode, headers }: IncomingMessage, from: number, bytes: number): boolean {
  return statusCode === 206 && headers['content-range']?.trim() === `bytes ${from}-${bytes - 1}/${bytes}`;
}

/** Returns why the response cannot be the file from byte `from` on, judging by its headers; null if it can. */
function problemOf(response: IncomingMessage, from: number, bytes: number): TransferError | null {
  const { statusCode, headers } = response;
  if (from > 0 ? !isContinuation(response, from, bytes) : statusCode !== 200) return refusal(response);
  if (/\bhtml\b/i.test(headers['content-type'] ?? ''))
    return new TransferError('answered with a web page instead of the file', false);
  const length = headers['content-length'];
  if (length === undefined || Number(length) === bytes - from) return null;
  return new TransferError(`announced ${length} bytes, expected ${bytes - from}`, false);
}

/** Server errors (5xx) and rate limits (429) may pass; other refusals are final. */
function refusal({ statusCode = 0 }: IncomingMessage): TransferError {
  return new TransferError(`answered with status ${statusCode}`, statusCode >= 500 || statusCode === 429);
}
