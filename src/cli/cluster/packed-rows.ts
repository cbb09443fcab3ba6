import { zipOf } from '../../cluster/zip';
import { packageLater, packageOf } from '../../cluster/package';
import type { Package } from '../../cluster/package';
import { DATA_FOLDER } from '../../cluster/sent-images';
import type { DatasetSource } from '../../datasets/dataset';
import { loadDataset } from '../../datasets/load';
import type { LoadOptions } from '../../datasets/load-options';
import { packDataset } from '../../datasets/packed/pack-dataset';
import type { PackedPart } from '../../datasets/packed/pack-dataset';
import { packedName } from '../../datasets/packed/packed-names';
import { formatSize } from '../../download/dataset';
import { loadOptions } from '../../engine-process/jobs/load-options';
import { formatCount } from '../../text/format-count';
import { badInput } from '../exit';
import type { ImagesToSend } from './images-to-send';
import { SENT_LIMITS } from './sent-limits';

/**
 * Reads images as a run reads them, and packs them as rows of bytes, in packages that are made one after another.
 * @throws CliError if they are too large to be sent; DataError
 */
export async function packedRows(source: DatasetSource, options: LoadOptions): Promise<ImagesToSend> {
  const dataset = await loadDataset(source, { ...loadOptions(), ...options });
  const { count, images } = dataset;
  const bytes = count * images.size;
  if (bytes > SENT_LIMITS.rows)
    throw badInput(
      `the ${formatCount(count)} images take ${formatSize(bytes)} as a run sees them, and at most ${formatSize(SENT_LIMITS.rows)} are sent: pack them with \`vae pack\`, copy the file to where the nodes see it, and name that place with --data-on-cluster PATH (here, --data may name the images)`,
    );
  const parts = packDataset(dataset, SENT_LIMITS.part);
  const rows = parts.map(({ part, parts: of }) => packedName('images', part, of));
  const packages: Package[] = [];
  for (const [i, part] of parts.entries()) {
    const make = async (): Promise<Uint8Array> =>
      zipOf([{ path: `${DATA_FOLDER}/${rows[i]!}`, bytes: await bytesOf(part) }]);
    // Made for its name alone: all of them together may be larger than the memory.
    packages.push(packageLater(packageOf('images', await make()), make));
  }
  return { packages, path: rows[0]!, rows, labels: null, hasLeftOut: false, files: count, size: bytes };
}

async function bytesOf({ size, pieces }: PackedPart): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let at = 0;
  for await (const piece of pieces()) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
