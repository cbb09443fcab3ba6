import type { PublishedFile } from './dataset';
import { DownloadError, MirrorError } from './errors';
import type { PartialFile } from './partial';
import type { Wire } from './request';
import { transfer } from './transfer';

/** How often a mirror that breaks off in the middle is asked again, as long as each time brings it further. */
const MAX_ATTEMPTS = 5;

/** What is told while a file is fetched. */
export interface Listener {
  onMirror(mirror: string): void;
  onFailure(mirror: string, reason: string): void;
  /** Bytes of this file that are there. */
  onBytes(size: number): void;
}

/**
 * Fetches one file: mirror after mirror until its sha256 fits. A mirror that broke off after some bytes is asked again when
 * the others have been, for the rest.
 * @param target the path that the file gets when it is whole
 * @returns the mirror that delivered; null when the bytes were there already
 * @throws DownloadError with what each mirror did
 */
export async function fetchFile(
  file: PublishedFile,
  target: string,
  partial: PartialFile,
  mirrors: readonly string[],
  wire: Wire,
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
        if (!(error instanceof MirrorError)) throw error;
        reasons.set(mirror, error.message);
        listener.onFailure(mirror, error.message);
        if (error.mayPass && partial.size > before) again.push(mirror);
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
  wire: Wire,
  onBytes: (size: number) => void,
): Promise<void> {
  const isContinued = await transfer(url, file, partial, wire, onBytes);
  if (await isRight(file, partial)) return;
  await partial.restart();
  // Earlier bytes may have come from a mirror that lied: this one is blamed only for what is all its own.
  if (isContinued) return attempt(url, file, partial, wire, onBytes);
  throw new MirrorError('sent other bytes than those of the file (its sha256 does not fit)', false);
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
