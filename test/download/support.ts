import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { downloadDataset } from '../../src/download/download';
import type { DownloadEvent, DownloadOptions } from '../../src/download/download';
import { datasetOf, Mirror, noise } from './mirror';
import type { Behaviour } from './mirror';

export const BIG = 'big.gz';
export const SMALL = 'small.gz';
export const FILES: ReadonlyMap<string, Buffer> = new Map([
  [BIG, noise(300_000, 1)],
  [SMALL, noise(1_000, 2)],
]);
export const big = FILES.get(BIG)!;

/** Two files are alike when this is: comparing the bytes themselves takes vitest long. */
export const inShort = (name: string, bytes: Buffer): string =>
  `${name}: ${bytes.length} bytes, ${createHash('sha256').update(bytes).digest('hex')}`;

/** What the folder holds after a download. */
export const WHOLE = [...FILES].map(([name, bytes]) => inShort(name, bytes));

/** A folder and mirrors for each test. */
export function useDownloads() {
  let folder = '';
  let mirrors: Mirror[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'download-'));
  });
  afterEach(async () => {
    await Promise.all(mirrors.map((mirror) => mirror.close()));
    mirrors = [];
    await rm(folder, { recursive: true });
  });
  const events: DownloadEvent[] = [];
  beforeEach(() => void events.splice(0));
  return {
    events,
    path: (...parts: string[]): string => join(folder, ...parts),
    mirror: async (behaviour: Behaviour, isSecure = false): Promise<Mirror> => {
      const mirror = await Mirror.start(FILES, behaviour, isSecure);
      mirrors.push(mirror);
      return mirror;
    },
    /** @returns the names of the files that were fetched */
    download: (from: readonly Mirror[], options: Partial<DownloadOptions> = {}): Promise<string[]> =>
      downloadDataset(datasetOf(FILES, from), folder, {
        signal: new AbortController().signal,
        report: (event) => events.push(event),
        stall: 5_000,
        allowLoopbackHttp: true,
        ...options,
      }),
    /** Bytes that have arrived, of all files. */
    received: (): number => {
      const last = events.findLast((event) => event.type === 'progress');
      return last?.received ?? 0;
    },
    /** What the mirrors are said to have done wrong, in order. */
    failures: (): string[] => events.flatMap((event) => (event.type === 'failure' ? event.reason : [])),
    /** What is in the folder: a line for each file. */
    contents: async (): Promise<string[]> => {
      const names = (await readdir(folder)).sort();
      return Promise.all(names.map(async (name) => inShort(name, await readFile(join(folder, name)))));
    },
  };
}
