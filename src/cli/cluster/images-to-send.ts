import type { PackedImages } from '../../cluster/sent-images';
import type { DatasetSource } from '../../datasets/dataset';
import type { LoadOptions } from '../../datasets/load-options';
import type { RemoteJob } from '../../runs/remote-run';
import { formatSize } from '../../download/dataset';
import { formatCount } from '../../text/format-count';

/** How a run reads its images. */
export interface AskedImages {
  readonly source: DatasetSource;
  readonly shape: Pick<LoadOptions, 'width' | 'height' | 'channels' | 'squares'>;
}

/** Images that are sent with a run, with what is said of them. */
export interface ImagesToSend extends PackedImages {
  /** Number of files, or of images where these are packed as rows. */
  readonly files: number;
  /** Unpacked, in bytes. */
  readonly size: number;
}

/** Says which images are sent. @param packed their size as they are sent */
export function imagesText(images: ImagesToSend | null, packed: string): string {
  const { files = 0, size = 0, rows = null, packages = [] } = images ?? {};
  if (rows === null)
    return `  images, ${formatCount(files)} files of ${formatSize(size)}, ${packed} packed, unless they are there`;
  const parts = packages.length === 1 ? 'one piece' : `${packages.length} pieces`;
  return `  ${formatCount(files)} images as the run sees them, ${packed} in ${parts}, unless they are there`;
}

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Where the images come from; of those that are sent, how many files they are and their size unpacked. */
export function imagesSent(images: ImagesToSend | null, { images: place }: RemoteJob): object {
  if (place.from === 'cluster') return { from: place.from, path: place.path };
  if (images === null) return { from: 'built-in' };
  return { from: 'sent', files: images.files, bytes: images.size, arePacked: images.rows !== null };
}
