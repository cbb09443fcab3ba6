import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sizeOf } from './dataset';
import type { PublishedDataset, PublishedFile } from './dataset';
import { fromDisk } from './errors';
import { fetchFile } from './fetch-file';
import { PartialFile } from './partial';
import { isWhole, missingFiles } from './whole';

/** Milliseconds without a byte after which a mirror is given up. */
const STALL_TIMEOUT_MS = 20_000;

/** What happens, as it happens. */
export type DownloadEvent =
  | { readonly type: 'file'; readonly file: string; readonly host: string }
  /** Bytes of the whole dataset; fewer than before when a file is begun anew. */
  | { readonly type: 'progress'; readonly file: string; readonly received: number; readonly total: number }
  | { readonly type: 'redirect'; readonly file: string; readonly host: string }
  /** A mirror failed, so the next one is asked. */
  | { readonly type: 'failure'; readonly file: string; readonly host: string; readonly reason: string };

export interface DownloadOptions {
  readonly signal: AbortSignal;
  readonly report: (event: DownloadEvent) => void;
  /** Milliseconds; 20 seconds unless given. */
  readonly stall?: number;
  /** For tests with a server on this machine; no option of a person's leads here. */
  readonly allowLoopbackHttp?: boolean;
}

/**
 * Sees to it that `folder` holds the dataset's files, each with the published sha256. A file appears under its name only
 * when it is whole; what has arrived of one stays beside it as `.partial` and is continued by the next call. Requests go to
 * the mirrors and where they redirect to, and to nobody when nothing is missing.
 * @returns the names of the files that were fetched
 * @throws DownloadError when no mirror has a file or the disk refuses it; the signal's reason when it was aborted
 */
export async function downloadDataset(
  dataset: PublishedDataset,
  folder: string,
  options: DownloadOptions,
): Promise<string[]> {
  options.signal.throwIfAborted();
  const progress = new Progress(dataset, options.report);
  try {
    await mkdir(folder, { recursive: true });
    const missing = await missingFiles(dataset, folder);
    progress.begin(sizeOf(dataset.files) - sizeOf(missing));
    const fetched: string[] = [];
    let { mirrors } = dataset;
    for (const file of missing) {
      const server = await ensureFile(file, folder, mirrors, progress, options);
      if (server === null) continue;
      fetched.push(file.name);
      // One that delivers is asked first from now on: the silence of another is waited for only once.
      mirrors = [server, ...mirrors.filter((mirror) => mirror !== server)];
    }
    return fetched;
  } catch (error) {
    throw fromDisk(error, folder, progress.left);
  }
}

/** @returns the mirror that delivered; null when the file came from the disk */
async function ensureFile(
  file: PublishedFile,
  folder: string,
  mirrors: readonly string[],
  progress: Progress,
  { signal, report, stall = STALL_TIMEOUT_MS, allowLoopbackHttp = false }: DownloadOptions,
): Promise<string | null> {
  signal.throwIfAborted();
  const { name } = file;
  const tellFile = progress.of(file);
  const onRedirect = (host: string): void => report({ type: 'redirect', file: name, host });
  const partial = await PartialFile.claim(folder, name);
  try {
    // While earlier files came, another download may have fetched this one.
    if (await isWhole(file, folder)) {
      await partial.restart();
      tellFile(file.bytes);
      return null;
    }
    const wire = { stall, signal, allowLoopbackHttp, onRedirect };
    const server = await fetchFile(file, join(folder, name), partial, mirrors, wire, {
      onMirror: (mirror) => report({ type: 'file', file: name, host: hostOf(mirror) }),
      onFailure: (mirror, reason) => report({ type: 'failure', file: name, host: hostOf(mirror), reason }),
      onBytes: tellFile,
    });
    tellFile(file.bytes);
    return server;
  } finally {
    await partial.leave();
  }
}

/** Adds up the bytes of all files. */
class Progress {
  private received = 0;
  private readonly total: number;

  constructor(
    { files }: PublishedDataset,
    private readonly report: DownloadOptions['report'],
  ) {
    this.total = sizeOf(files);
  }

  get left(): number {
    return this.total - this.received;
  }

  begin(there: number): void {
    this.received = there;
  }

  /** Takes the bytes that are there of this file, the next of the dataset. */
  of({ name }: PublishedFile): (size: number) => void {
    const before = this.received;
    return (size) => {
      this.received = before + size;
      this.report({ type: 'progress', file: name, received: this.received, total: this.total });
    };
  }
}

const hostOf = (mirror: string): string => new URL(mirror).host;
