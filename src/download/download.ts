import { join } from 'node:path';
import { sizeOf } from './dataset';
import type { PublishedDataset, PublishedFile } from './dataset';
import { fromDisk } from './errors';
import { fetchFile } from './fetch-file';
import { PartialFile } from './partial';
import { isWhole, missingFiles } from './whole';
import { ensureFolder } from '../setup/ensure-folder.mjs';

/** Time without an answer, or without a kB of the body, after which a mirror is abandoned. */
const STALL_TIMEOUT_MS = 20_000;

/** Progress events of a download. */
export type DownloadEvent =
  | { readonly type: 'file'; readonly file: string; readonly host: string }
  /** Bytes of the whole dataset; decreases when a file is restarted. */
  | { readonly type: 'progress'; readonly file: string; readonly received: number; readonly total: number }
  | { readonly type: 'redirect'; readonly file: string; readonly host: string }
  /** A mirror failed, so the next one is tried. */
  | { readonly type: 'failure'; readonly file: string; readonly host: string; readonly reason: string };

export interface DownloadOptions {
  readonly signal: AbortSignal;
  readonly report: (event: DownloadEvent) => void;
  /** Stall timeout in milliseconds; 20 seconds by default. */
  readonly stall?: number;
  /** Variables that may name a proxy; `process.env` by default, none where Node's https passes proxies by itself, as in VS Code. */
  readonly env?: NodeJS.ProcessEnv;
  /** For tests with a local server; no user option sets this. */
  readonly allowLoopbackHttp?: boolean;
}

/**
 * Ensures that `folder` holds the dataset's files, each with the published sha256. A file gets its name only when it is
 * complete; partial data stays beside it as `.partial` and is continued by the next call. Contacts only the mirrors and the
 * hosts they redirect to, and none if nothing is missing.
 * @returns the names of the files that were fetched
 * @throws DownloadError if no mirror has a file or the disk refuses it; the signal's reason if it was aborted
 */
export async function downloadDataset(
  dataset: PublishedDataset,
  folder: string,
  options: DownloadOptions,
): Promise<string[]> {
  options.signal.throwIfAborted();
  const progress = new Progress(dataset, options.report);
  try {
    await ensureFolder(folder);
    const missing = await missingFiles(dataset, folder);
    progress.begin(sizeOf(dataset.files) - sizeOf(missing));
    const fetched: string[] = [];
    let { mirrors } = dataset;
    for (const file of missing) {
      const server = await ensureFile(file, folder, mirrors, progress, options);
      if (server === null) continue;
      fetched.push(file.name);
      // Try this mirror first for the remaining files, so that a silent one costs its timeout only once.
      mirrors = [server, ...mirrors.filter((mirror) => mirror !== server)];
    }
    return fetched;
  } catch (error) {
    throw fromDisk(error, folder, progress.left);
  }
}

/** Fetches a file unless it is complete. @returns the mirror that delivered; null if the file was already on the disk */
async function ensureFile(
  file: PublishedFile,
  folder: string,
  mirrors: readonly string[],
  progress: Progress,
  { signal, report, stall = STALL_TIMEOUT_MS, env = process.env, allowLoopbackHttp = false }: DownloadOptions,
): Promise<string | null> {
  signal.throwIfAborted();
  const { name } = file;
  const tellFile = progress.of(file);
  const onRedirect = (host: string): void => report({ type: 'redirect', file: name, host });
  const partial = await PartialFile.claim(folder, name);
  try {
    // Another download may have fetched this file while earlier ones were being transferred.
    if (await isWhole(file, folder)) {
      await partial.restart();
      tellFile(file.bytes);
      return null;
    }
    const wire = { stall, signal, env, allowLoopbackHttp, onRedirect };
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

  /** Returns a callback for the bytes received of this file, the next of the dataset. */
  of({ name }: PublishedFile): (size: number) => void {
    const before = this.received;
    return (size) => {
      this.received = before + size;
      this.report({ type: 'progress', file: name, received: this.received, total: this.total });
    };
  }
}

const hostOf = (mirror: string): string => new URL(mirror).host;
