import type { PublishedFile } from './dataset';
import { DownloadError } from './errors';
import type { PartialFile } from './partial';
import { TransferError } from '../setup/request.mjs';
import type { RequestOptions } from '../setup/request.mjs';
import { transfer } from './transfer';

/** Maximum attempts for a mirror that breaks off midway, as long as each makes progress. */
const MAX_ATTEMPTS = 5;

/** Callbacks while a file is fetched. */
export interface Listener {
  onMirror(mirror: string): void;
  onFailure(mirror: string, reason: string): void;
  /** Reports the bytes of this file received so far. */
  onBytes(size: number): void;
}

/**
 * Fetches one file, trying mirror after mirror until its sha256 matches. A mirror that broke off after some bytes is asked for
 * the rest once the others have been tried.
 * @param target path of the complete file
 * @returns the mirror that delivered; null if the bytes were already there
 * @throws DownloadError with the failure of each mirror
 */
export async function fetchFile(
  file: PublishedFile,
  target: string,
  partial: PartialFile,
  mirrors: readonly string[],
  wire: RequestOptions,
  listener: Listener,
): Promise<string | null> {
  if (partial.size >= file.bytes) {
    if (await isRight(file, partial)) {
      await partial.finish(target);
      return null;
    }
    await partial.restart();
  }
  const reasons = new Map<string, string>();
  let candidates = mirrors;
  for (let round = 0; round < MAX_ATTEMPTS && candidates.length > 0; round++) {
    const again: string[] = [];
    for (const mirror of candidates) {
      const before = partial.size;
      listener.onMirror(mirror);
      try {
        await attempt(new URL(file.name, mirror), file, partial, wire, (size) => listener.onBytes(size));
        await partial.finish(target);
        return mirror;
      } catch (error) {
        if (!(error instanceof TransferError)) throw error;
        reasons.set(mirror, error.message);
        listener.onFailure(mirror, error.message);
        if (error.isTemporary && partial.size > before) again.push(mirror);
      }
    }
    candidates = again;
  }
  throw new DownloadError(failureText(file, target, reasons));
}

async function attempt(
  url: URL,
  file: PublishedFile,
  partial: PartialFile,
  wire: RequestOptions,
  onBytes: (size: number) => void,
): Promise<void> {
  const isContinued = await transfer(url, file, partial, wire, onBytes);
  if (await isRight(file, partial)) return;
  await partial.restart();
  // Earlier bytes may come from a faulty mirror, so this one fails only if it sent the whole file.
  if (isContinued) return attempt(url, file, partial, wire, onBytes);
  throw new TransferError('sent other bytes than those of the file (its sha256 does not fit)', false);
}

const isRight = async (file: PublishedFile, partial: PartialFile): Promise<boolean> =>
  partial.size === file.bytes && (await partial.sha256()) === file.sha256;

function failureText({ name }: PublishedFile, target: string, reasons: ReadonlyMap<string, string>): string {
  const lines = [...reasons].map(([mirror, reason]) => `  ${new URL(mirror).host}: ${reason}`);
  return [
    `${name} could not be downloaded:`,
    ...lines,
    'What has arrived is kept: try again later. Where this machine has no way to these hosts,',
    `get the file elsewhere and save it as ${target}`,
  ].join('\n');
}
