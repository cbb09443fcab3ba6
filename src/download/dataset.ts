/** A file as it is published, to the byte. */
export interface PublishedFile {
  readonly name: string;
  readonly bytes: number;
  /** Lower-case hexadecimal digits. */
  readonly sha256: string;
}

/** Files that belong together, and where they can be had. */
export interface PublishedDataset {
  /** What a command line calls it; also the name of its folder. */
  readonly name: string;
  readonly title: string;
  readonly files: readonly PublishedFile[];
  /** Public folders that hold the same files, as URLs that end in a slash; asked in this order. */
  readonly mirrors: readonly string[];
}

/** The machines that a download of this dataset talks to. */
export const hostsOf = ({ mirrors }: PublishedDataset): string[] =>
  mirrors.map((mirror) => new URL(mirror).host);

/** Bytes of all these files together. */
export const sizeOf = (files: readonly PublishedFile[]): number =>
  files.reduce((sum, { bytes }) => sum + bytes, 0);

/** `11.6 MB` or `4.5 kB`: in thousands, as people count a download. */
export const formatSize = (bytes: number): string =>
  bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
