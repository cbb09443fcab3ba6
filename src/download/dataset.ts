/** A published file with its exact size and hash. */
export interface PublishedFile {
  readonly name: string;
  readonly bytes: number;
  /** Lower-case hexadecimal digits. */
  readonly sha256: string;
}

/** Files that belong together, and their mirrors. */
export interface PublishedDataset {
  /** Name on the command line and of the dataset's folder. */
  readonly name: string;
  readonly title: string;
  readonly files: readonly PublishedFile[];
  /** URLs of public folders with the same files, each ending in a slash; tried in this order. */
  readonly mirrors: readonly string[];
}

/** Returns the hosts that a download of this dataset contacts. */
export const hostsOf = ({ mirrors }: PublishedDataset): string[] =>
  mirrors.map((mirror) => new URL(mirror).host);

/** Returns the total size of files, in bytes. */
export const sizeOf = (files: readonly PublishedFile[]): number =>
  files.reduce((sum, { bytes }) => sum + bytes, 0);

/** Formats a size as `11.6 MB` or `4.5 kB`, in decimal units. */
export const formatSize = (bytes: number): string =>
  bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
