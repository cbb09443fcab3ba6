import { createHash } from 'node:crypto';
import * as z from 'zod';
import { changeFile } from './change-file';
import { makeFolder, namesIn, readBytes, readText, removeLeftovers, replaceFile } from './guarded-files';
import { below, inRun } from './guarded-path';
import type { GuardedPath } from './guarded-path';
import { decodeNpy, encodeNpy } from './npy';
import { readOrNull } from './read-or-null';
import { isTemporaryName } from './temporary-name';

const FORMAT = 'latent-explorer/umap/1';

const schema = z.strictObject({
  format: z.literal(FORMAT),
  /** Step of the weights, and fingerprint of the dataset, that the posterior means belong to. */
  step: z.int().min(0),
  fingerprint: z.string().max(64),
  count: z.int().min(1).max(1e8),
  neighbours: z.int().min(2),
  minDist: z.number().min(0).max(1),
  seed: z.int().min(0),
  most: z.int().min(2),
  fitted: z.int().min(2),
  epochs: z.int().min(1),
  /** Checksum of the positions, which detects files from different layouts. */
  sha256: z.string().max(64),
});

/** A UMAP layout of a run's encoded images, in their order. */
export interface SavedLayout extends z.infer<typeof schema> {
  /** count × 2: x and y of each image. */
  readonly places: Float32Array;
}

const FILES = ['places.npy', 'umap.json'];
/** Maximum file sizes, in bytes. */
const MAX_INDEX_BYTES = 10_000;
const MAX_PLACES_BYTES = 900_000_000;
const folderOf = (runFolder: string): GuardedPath => inRun(runFolder, 'umap');

/**
 * Replaces the run's `umap/`: places.npy, and umap.json with its parameters. After a crash the layout is the old one, the new
 * one, or damaged, which `readLayout` detects.
 */
export async function writeLayout(
  runFolder: string,
  { places, ...layout }: Omit<SavedLayout, 'format' | 'sha256'>,
): Promise<SavedLayout> {
  const folder = folderOf(runFolder);
  const index = { format: FORMAT, ...layout, sha256: digest(places) } as const;
  await changeFile(folder, async () => {
    await makeFolder(folder);
    await removeLeftovers(folder, (name) => FILES.includes(name));
    await replaceFile(below(folder, 'places.npy'), [encodeNpy(places, [layout.count, 2])]);
    await replaceFile(below(folder, 'umap.json'), `${JSON.stringify(index, null, 2)}\n`);
  });
  return { ...index, places };
}

/** Removes temporary files left by interrupted writes. Waits for a write that is under way. */
export async function removeLayoutLeftovers(runFolder: string): Promise<void> {
  const folder = folderOf(runFolder);
  const isOurs = (name: string): boolean => FILES.includes(name);
  const names = await namesIn(folder);
  if (!names.some((name) => isTemporaryName(name, isOurs))) return;
  await changeFile(folder, () => removeLeftovers(folder, isOurs));
}

/**
 * Reads `umap/`; null if it is missing or damaged.
 * @param onDamaged called with the reason if it is damaged
 */
export async function readLayout(
  runFolder: string,
  onDamaged: (message: string) => void = () => undefined,
): Promise<SavedLayout | null> {
  const folder = folderOf(runFolder);
  return readOrNull(folder.path, onDamaged, async () => {
    const layout = schema.parse(JSON.parse(await readText(below(folder, 'umap.json'), MAX_INDEX_BYTES)));
    const places = decodeNpy(await readBytes(below(folder, 'places.npy'), MAX_PLACES_BYTES), [
      layout.count,
      2,
    ]);
    if (digest(places) !== layout.sha256) throw new Error('the checksum of its places does not match');
    return { ...layout, places };
  });
}

function digest({ buffer, byteOffset, byteLength }: Float32Array): string {
  return createHash('sha256')
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest('hex');
}
