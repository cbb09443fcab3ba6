import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { removeLeftovers, writeAtomically } from './atomic';
import { decodeNpy, encodeNpy } from './npy';
import { wholeOrNull } from './wholeOrNull';

const FORMAT = 'latent-explorer/umap/1';

const schema = z.strictObject({
  format: z.literal(FORMAT),
  /** Of the weights, and of the dataset's images, that the posterior means are of. */
  step: z.int().min(0),
  fingerprint: z.string().max(64),
  count: z.int().min(1).max(1e8),
  neighbours: z.int().min(2),
  minDist: z.number().min(0).max(1),
  seed: z.int().min(0),
  most: z.int().min(2),
  fitted: z.int().min(2),
  epochs: z.int().min(1),
  /** Over the places: files of two layouts never pass for one. */
  sha256: z.string().max(64),
});

/** A layout by UMAP of a run's encoded images, in their order. */
export interface SavedLayout extends z.infer<typeof schema> {
  /** count × 2: x and y of each. */
  readonly places: Float32Array;
}

const folderOf = (runFolder: string): string => join(runFolder, 'umap');

/**
 * Replaces the run's `umap/`: places.npy, and umap.json, which says how they came about. After a crash it is the old one, the new
 * one, or none that is whole.
 */
export async function writeLayout(
  runFolder: string,
  { places, ...layout }: Omit<SavedLayout, 'format' | 'sha256'>,
): Promise<SavedLayout> {
  const folder = folderOf(runFolder);
  await mkdir(folder, { recursive: true });
  await removeLeftovers(folder);
  await writeAtomically(join(folder, 'places.npy'), [encodeNpy(places, [layout.count, 2])]);
  const index = { format: FORMAT, ...layout, sha256: digest(places) } as const;
  await writeAtomically(join(folder, 'umap.json'), `${JSON.stringify(index, null, 2)}\n`);
  return { ...index, places };
}

/**
 * What `umap/` holds, or null where there is none or it is not whole.
 * @param onDamaged told why what is there cannot be used
 */
export async function readLayout(
  runFolder: string,
  onDamaged: (message: string) => void = () => undefined,
): Promise<SavedLayout | null> {
  const folder = folderOf(runFolder);
  return wholeOrNull(folder, onDamaged, async () => {
    const layout = schema.parse(JSON.parse(await readFile(join(folder, 'umap.json'), 'utf8')));
    const places = decodeNpy(await readFile(join(folder, 'places.npy')), [layout.count, 2]);
    if (digest(places) !== layout.sha256) throw new Error('the checksum of its places does not match');
    return { ...layout, places };
  });
}

function digest({ buffer, byteOffset, byteLength }: Float32Array): string {
  return createHash('sha256')
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest('hex');
}
