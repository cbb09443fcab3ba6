import { zipSync } from 'fflate';

/** A file to send: its path in the package, with '/'. */
export interface PackedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Files that are compressed already. */
const COMPRESSED = /\.(gz|zip|png|jpe?g|webp|gif|avif|jxl|npz|parquet|tgz|safetensors)$/i;
/** The first that a ZIP archive can hold. By the local clock, as it is written. */
const NO_TIME = new Date(1980, 0, 1);

/** Packs files. The same files give the same bytes, so that the name of a package says whether it is there already. */
export function zipOf(files: readonly PackedFile[]): Uint8Array {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  return zipSync(
    Object.fromEntries(
      sorted.map(({ path, bytes }) => [
        path,
        [bytes, { level: COMPRESSED.test(path) ? 0 : 6, mtime: NO_TIME }] as const,
      ]),
    ),
  );
}
