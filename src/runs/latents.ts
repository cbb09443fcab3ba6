import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { renamePatiently, writeAtomically } from './atomic';
import { decodeNpy, encodeNpy } from './npy';
import { wholeOrNull } from './wholeOrNull';

/** What a model says of every image of its dataset, in the dataset's order: what a map is drawn from. */
export interface Latents {
  /** Training step of the weights. */
  readonly step: number;
  /** Of the dataset's images. */
  readonly fingerprint: string;
  /** Nz. */
  readonly dimensions: number;
  /** Stable ids: paths relative to the dataset's root. */
  readonly ids: readonly string[];
  /** A class per image, -1 where it has none; null where the dataset has no labels. */
  readonly labels: { readonly names: readonly string[]; readonly values: Int32Array } | null;
  /** 0 train, 1 validation, 2 test. */
  readonly splits: Uint8Array;
  /** Posterior means and log-variances, count × Nz. */
  readonly mean: Float32Array;
  readonly logVariance: Float32Array;
  /** The bound of each image, in nats. */
  readonly elbo: Float32Array;
}

const FORMAT = 'latent-explorer/latents/1';

/** ids.json beside the arrays. */
const indexSchema = z
  .strictObject({
    format: z.literal(FORMAT),
    step: z.int().min(0),
    fingerprint: z.string().max(64),
    dimensions: z.int().min(1).max(4096),
    count: z.int().min(1).max(1e8),
    /** Over the arrays: files of two sets never pass for one. */
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

/** Marks folders that an interrupted write left. */
const TEMPORARY = /^\.latents\..*\.vae-tmp$/;
const folderOf = (runFolder: string): string => join(runFolder, 'latents');

/**
 * Replaces the run's `latents/`: mean.npy, log-variance.npy, elbo.npy and ids.json, which also holds labels and splits. The
 * folder is made beside and put in place whole; after a crash it is the old one, the new one, or (in the instant between two
 * renames) not there.
 */
export async function writeLatents(runFolder: string, latents: Latents): Promise<void> {
  await removeLatentLeftovers(runFolder);
  const fresh = join(runFolder, `.latents.${process.pid}.vae-tmp`);
  const stale = join(runFolder, `.latents.${process.pid}.old.vae-tmp`);
  const { ids, dimensions, labels, splits, step, fingerprint } = latents;
  const index: Index = {
    ...{ format: FORMAT, step, fingerprint, dimensions, count: ids.length, sha256: digest(latents) },
    labelNames: labels && [...labels.names],
    labels: labels && Array.from(labels.values),
    splits: Array.from(splits),
    ids: [...ids],
  };
  await mkdir(fresh);
  try {
    const shape = [ids.length, dimensions];
    await writeAtomically(join(fresh, 'mean.npy'), [encodeNpy(latents.mean, shape)]);
    await writeAtomically(join(fresh, 'log-variance.npy'), [encodeNpy(latents.logVariance, shape)]);
    await writeAtomically(join(fresh, 'elbo.npy'), [encodeNpy(latents.elbo, [ids.length])]);
    await writeAtomically(join(fresh, 'ids.json'), JSON.stringify(index));
    await renamePatiently(folderOf(runFolder), stale).catch(ignoreMissing);
    await renamePatiently(fresh, folderOf(runFolder));
  } finally {
    for (const folder of [fresh, stale]) await rm(folder, { recursive: true, force: true });
  }
}

/**
 * What `latents/` holds, or null where there is none or it is not whole.
 * @param onDamaged told why what is there cannot be used
 */
export async function readLatents(
  runFolder: string,
  onDamaged: (message: string) => void = () => undefined,
): Promise<Latents | null> {
  const folder = folderOf(runFolder);
  return wholeOrNull(folder, onDamaged, async () => {
    const index = indexSchema.parse(JSON.parse(await readFile(join(folder, 'ids.json'), 'utf8')));
    const { step, fingerprint, dimensions, count, ids, labels, labelNames, splits } = index;
    const array = async (name: string, shape: readonly number[]): Promise<Float32Array> =>
      decodeNpy(await readFile(join(folder, name)), shape);
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

/** Removes what interrupted writes left: only our own temporary folders. */
async function removeLatentLeftovers(runFolder: string): Promise<void> {
  const names = await readdir(runFolder).catch(() => []);
  for (const name of names.filter((each) => TEMPORARY.test(each)))
    await rm(join(runFolder, name), { recursive: true, force: true });
}

function digest({ mean, logVariance, elbo }: Pick<Latents, 'mean' | 'logVariance' | 'elbo'>): string {
  const hash = createHash('sha256');
  for (const { buffer, byteOffset, byteLength } of [mean, logVariance, elbo])
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  return hash.digest('hex');
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
