import { createHash } from 'node:crypto';
import * as z from 'zod';
import { changeFile } from './change-file';
import {
  makeFolder,
  namesIn,
  readBytes,
  readText,
  removeFolder,
  renameBeside,
  replaceFile,
} from './guarded-files';
import { ForeignFileError, below, inRun, statPath } from './guarded-path';
import type { GuardedPath } from './guarded-path';
import { decodeNpy, encodeNpy } from './npy';
import { isTemporaryName, temporaryName } from './temporary-name';
import { readOrNull } from './read-or-null';

/** Encodings of all images of a dataset, in its order; the data of the map. */
export interface Latents {
  /** Training step of the weights. */
  readonly step: number;
  /** Fingerprint of the dataset's images. */
  readonly fingerprint: string;
  /** Nz, the latent dimension. */
  readonly dimensions: number;
  /** Stable ids: paths relative to the dataset's root. */
  readonly ids: readonly string[];
  /** Class of each image, -1 for none; null if the dataset has no labels. */
  readonly labels: { readonly names: readonly string[]; readonly values: Int32Array } | null;
  /** Split of each image: 0 train, 1 validation, 2 test. */
  readonly splits: Uint8Array;
  /** Posterior means and log-variances, count × Nz. */
  readonly mean: Float32Array;
  readonly logVariance: Float32Array;
  /** The bound of each image, in nats. */
  readonly elbo: Float32Array;
}

const FORMAT = 'latent-explorer/latents/1';

/** Schema of ids.json, stored next to the arrays. */
const indexSchema = z
  .strictObject({
    format: z.literal(FORMAT),
    step: z.int().min(0),
    fingerprint: z.string().max(64),
    dimensions: z.int().min(1).max(4096),
    count: z.int().min(1).max(1e8),
    /** Checksum of the arrays, which detects files from different sets. */
    sha256: z.string().max(64),
    labelNames: z.array(z.string()).nullable(),
    labels: z.array(z.int().min(-1)).nullable(),
    splits: z.array(z.int().min(0).max(2)),
    ids: z.array(z.string()),
  })
  .refine(
    ({ count, ids, splits, labels }) => [ids, splits, labels ?? ids].every((of) => of.length === count),
    {
      message: 'Expected as many ids, splits and labels as it counts images',
    },
  )
  .refine(({ labels, labelNames }) => (labels ?? []).every((label) => label < (labelNames?.length ?? 0)), {
    message: 'Expected labels that are numbers of names',
  });
type Index = z.infer<typeof indexSchema>;

const FOLDER = 'latents';
const FILES = ['mean.npy', 'log-variance.npy', 'elbo.npy', 'ids.json'];
const isOurs = (name: string): boolean =>
  FILES.includes(name) || isTemporaryName(name, (of) => FILES.includes(of));
/** Maximum file sizes, in bytes. */
const MAX_INDEX_BYTES = 400_000_000;
const MAX_ARRAY_BYTES = 8_000_000_000;
const folderOf = (runFolder: string): GuardedPath => inRun(runFolder, FOLDER);

/**
 * Replaces the run's `latents/`: mean.npy, log-variance.npy, elbo.npy and ids.json, which also holds labels and splits. Writes
 * a temporary folder and renames it into place; after a crash the folder is entirely old, entirely new or, if the crash falls
 * between two renames, missing. @throws ForeignFileError if the folder holds other files
 */
export function writeLatents(runFolder: string, latents: Latents): Promise<void> {
  return changeFile(folderOf(runFolder), () => replaceLatents(runFolder, latents));
}

async function replaceLatents(runFolder: string, latents: Latents): Promise<void> {
  await removeLeftoverFolders(runFolder);
  const folder = folderOf(runFolder);
  const others = (await namesIn(folder)).filter((name) => !isOurs(name));
  if (others.length > 0)
    throw new ForeignFileError(
      `${folder.path} is not replaced: it holds ${others.length} files that are not ours, such as '${others[0]}'. Move them away.`,
    );
  const fresh = inRun(runFolder, temporaryName(FOLDER));
  const stale = inRun(runFolder, temporaryName(FOLDER));
  const { ids, dimensions, labels, splits, step, fingerprint } = latents;
  const index: Index = {
    ...{ format: FORMAT, step, fingerprint, dimensions, count: ids.length, sha256: digest(latents) },
    labelNames: labels && [...labels.names],
    labels: labels && Array.from(labels.values),
    splits: Array.from(splits),
    ids: [...ids],
  };
  await makeFolder(fresh);
  try {
    const shape = [ids.length, dimensions];
    await replaceFile(below(fresh, 'mean.npy'), [encodeNpy(latents.mean, shape)]);
    await replaceFile(below(fresh, 'log-variance.npy'), [encodeNpy(latents.logVariance, shape)]);
    await replaceFile(below(fresh, 'elbo.npy'), [encodeNpy(latents.elbo, [ids.length])]);
    await replaceFile(below(fresh, 'ids.json'), JSON.stringify(index));
    if ((await statPath(folder)) !== null) await renameBeside(folder, stale);
    await renameBeside(fresh, folder);
  } finally {
    for (const left of [fresh, stale]) await removeFolder(left, isOurs);
  }
}

/**
 * Reads `latents/`; null if it is missing or damaged.
 * @param onDamaged called with the reason if it is damaged
 */
export async function readLatents(
  runFolder: string,
  onDamaged: (message: string) => void = () => undefined,
): Promise<Latents | null> {
  const folder = folderOf(runFolder);
  return readOrNull(folder.path, onDamaged, async () => {
    const index = indexSchema.parse(JSON.parse(await readText(below(folder, 'ids.json'), MAX_INDEX_BYTES)));
    const { step, fingerprint, dimensions, count, ids, labels, labelNames, splits } = index;
    const array = async (name: string, shape: readonly number[]): Promise<Float32Array> =>
      decodeNpy(await readBytes(below(folder, name), MAX_ARRAY_BYTES), shape);
    const latents: Latents = {
      ...{ step, fingerprint, dimensions, ids },
      labels: labels && { names: labelNames ?? [], values: Int32Array.from(labels) },
      splits: Uint8Array.from(splits),
      mean: await array('mean.npy', [count, dimensions]),
      logVariance: await array('log-variance.npy', [count, dimensions]),
      elbo: await array('elbo.npy', [count]),
    };
    if (digest(latents) !== index.sha256) throw new Error('the checksum of its arrays does not match');
    return latents;
  });
}

/** Removes temporary folders left by interrupted writes. Waits for a write that is under way. */
export async function removeLatentLeftovers(runFolder: string): Promise<void> {
  const names = await namesIn(inRun(runFolder));
  if (!names.some((name) => isTemporaryName(name, (of) => of === FOLDER))) return;
  await changeFile(folderOf(runFolder), () => removeLeftoverFolders(runFolder));
}

async function removeLeftoverFolders(runFolder: string): Promise<void> {
  for (const name of await namesIn(inRun(runFolder))) {
    if (isTemporaryName(name, (of) => of === FOLDER)) await removeFolder(inRun(runFolder, name), isOurs);
  }
}

function digest({ mean, logVariance, elbo }: Pick<Latents, 'mean' | 'logVariance' | 'elbo'>): string {
  const hash = createHash('sha256');
  for (const { buffer, byteOffset, byteLength } of [mean, logVariance, elbo])
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  return hash.digest('hex');
}
