import type { BigIntStats } from 'node:fs';

/** What reading needs of an open file. */
export interface ReadableFile {
  stat(options: { bigint: true }): Promise<BigIntStats>;
  read(
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesRead: number }>;
  close(): Promise<void>;
}

/** How folders of runs are read; all calls fail with system errors. */
export interface FileCalls {
  readonly lstat: (path: string) => Promise<BigIntStats>;
  readonly stat: (path: string) => Promise<BigIntStats>;
  readonly readdir: (path: string) => Promise<string[]>;
  readonly open: (path: string, flags: number) => Promise<ReadableFile>;
}
