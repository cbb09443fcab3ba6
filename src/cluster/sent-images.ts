import { createHash } from 'node:crypto';
import type { RemoteJob } from '../runs/remote-run';
import { uriOf } from './package';
import type { Package } from './package';

/** Folder of the images in a package that they are sent in. */
export const DATA_FOLDER = 'data';

/** Images, packed to be sent. */
export interface PackedImages {
  /** One, or for packed rows one for each file. */
  readonly packages: readonly Package[];
  /** Path of the dataset below the folder of the images. */
  readonly path: string;
  /** Files of packed rows, in the order of the packages; null for images as they are here. */
  readonly rows: readonly string[] | null;
  /** Path of the table of labels in the package; null for none. */
  readonly labels: string | null;
  readonly hasLeftOut: boolean;
}

/** Images that were sent, as the script of a job finds them. */
export interface SentImages extends Omit<PackedImages, 'packages'> {
  readonly uris: readonly string[];
}

export const sentImages = (images: PackedImages | null): SentImages | null =>
  images && {
    ...{ path: images.path, rows: images.rows, labels: images.labels, hasLeftOut: images.hasLeftOut },
    uris: images.packages.map(uriOf),
  };

/** Package of Ray, by the name of the folder that it is unpacked in. */
export const packageFolder = (uri: string): string => uri.replace(/^gcs:\/\//, '').replace(/\.zip$/, '');

/** Returns the name of the folder with the images: that of their package, or for packed rows one of ours, in which the files are together. */
export const imagesFolder = ({ uris, rows }: SentImages): string =>
  rows === null
    ? packageFolder(uris[0]!)
    : `images-${createHash('sha256').update(uris.join('\n')).digest('hex').slice(0, 32)}`;

/** Where a run's config.json says that its images are, on the cluster; null to leave it as it is. */
export function sourceThere(job: RemoteJob, sent: SentImages | null): RemoteJob['source'] {
  const { source } = job;
  if (sent === null || source === null || source.kind === 'digits') return null;
  // The job's script puts the folder with the images in the place of what is before its name.
  const root = `file:///sent/${imagesFolder(sent)}`;
  const at = (path: string): string => [root, ...path.split('/').map(encodeURIComponent)].join('/');
  const uri = at(`${DATA_FOLDER}/${sent.path}`);
  if (sent.rows !== null) return { kind: 'packed', uri };
  return { ...source, uri, ...(sent.labels !== null && { labels: at(sent.labels) }) };
}
