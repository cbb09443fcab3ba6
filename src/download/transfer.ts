import type { IncomingMessage } from 'node:http';
import type { PublishedFile } from './dataset';
import { MirrorError } from './errors';
import type { PartialFile } from './partial';
import { get, piecesOf } from './request';
import type { Wire } from './request';

/**
 * Fills `partial` to the file's length from one mirror. What is there is continued where the mirror can do that, and is
 * kept when the mirror fails; the bytes themselves are not checked here.
 * @param onBytes told how many bytes are there, after each piece
 * @returns whether bytes that had been there before are still part of it
 * @throws MirrorError when the mirror fails, or what it sends cannot be the file
 */
export async function transfer(
  url: URL,
  file: PublishedFile,
  partial: PartialFile,
  wire: Wire,
  onBytes: (size: number) => void,
): Promise<boolean> {
  let from = partial.size;
  let response = await get(url, from, wire);
  // A range that was refused or mistaken says nothing about the whole file.
  if (from > 0 && (response.statusCode === 206 || response.statusCode === 416)) {
    if (!isContinuation(response, from, file.bytes)) {
      response.destroy();
      from = 0;
      response = await get(url, from, wire);
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
      throw new MirrorError(`sent more than the ${file.bytes} bytes of the file`, false);
    }
    await partial.append(piece);
    onBytes(partial.size);
  }
  if (partial.size < file.bytes)
    throw new MirrorError(`ended after ${partial.size} of ${file.bytes} bytes`, true);
  return from > 0;
}

/** Whether the answer is the rest of the file, from the byte that was asked for. */
function isContinuation({ statusCode, headers }: IncomingMessage, from: number, bytes: number): boolean {
  return statusCode === 206 && headers['content-range']?.trim() === `bytes ${from}-${bytes - 1}/${bytes}`;
}

/** Why this cannot be the file from byte `from` on, as far as it can be told before the body. */
function problemOf(response: IncomingMessage, from: number, bytes: number): MirrorError | null {
  const { statusCode, headers } = response;
  if (from > 0 ? !isContinuation(response, from, bytes) : statusCode !== 200) return refusal(response);
  if (/\bhtml\b/i.test(headers['content-type'] ?? ''))
    return new MirrorError('answered with a web page instead of the file', false);
  const length = headers['content-length'];
  if (length === undefined || Number(length) === bytes - from) return null;
  return new MirrorError(`announced ${length} bytes, expected ${bytes - from}`, false);
}

/** A server in trouble (5xx) or asked too often (429) may recover; another refusal is meant. */
function refusal({ statusCode = 0 }: IncomingMessage): MirrorError {
  return new MirrorError(`answered with status ${statusCode}`, statusCode >= 500 || statusCode === 429);
}
