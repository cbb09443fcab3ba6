import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { removeLeftovers, writeAtomically } from './atomic';
import { decodeSafetensors, encodeSafetensors } from './safetensors';
import type { Tensor } from './safetensors';

/** Sums of the bound over the steps since the last training row. */
export interface RowSums {
  readonly elbo: number;
  readonly reconstruction: number;
  readonly count: number;
}

/** Everything training needs to go on as if it had not been interrupted. */
export interface Checkpoint {
  readonly step: number;
  /** Weights by name, and optimizer slots as `<slot>/<name>`. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Best validation bound so far and the epochs since; for stopping by patience. */
  readonly best: { readonly step: number; readonly elbo: number; readonly epochsSince: number } | null;
  /** Null where the step ends a row. */
  readonly row: RowSums | null;
}

/** Newest checkpoints kept beside the best one. */
const KEPT = 3;

const folderOf = (runFolder: string): string => join(runFolder, 'checkpoints');
const fileOf = (runFolder: string, step: number): string => join(folderOf(runFolder), `${step}.safetensors`);

function digest(tensors: ReadonlyMap<string, Tensor>): string {
  const hash = createHash('sha256');
  for (const [name, { data }] of tensors) {
    hash.update(name).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
}

/** A value that is not finite must never reach a checkpoint. */
function assertFinite(checkpoint: Checkpoint): void {
  for (const [name, { data }] of checkpoint.tensors) {
    const at = data.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) throw new Error(`not saved: '${name}' holds ${data[at]} at step ${checkpoint.step}`);
  }
}

/** Steps of the checkpoints that exist, ascending. */
export async function listCheckpoints(runFolder: string): Promise<number[]> {
  const names = await readdir(folderOf(runFolder)).catch(() => []);
  return names
    .map((name) => /^(\d+)\.safetensors$/.exec(name)?.[1])
    .filter((step) => step !== undefined)
    .map(Number)
    .sort((a, b) => a - b);
}

/** Writes the checkpoint, then deletes older ones: the last three and the best are kept. */
export async function writeCheckpoint(runFolder: string, checkpoint: Checkpoint): Promise<void> {
  assertFinite(checkpoint);
  await mkdir(folderOf(runFolder), { recursive: true });
  const metadata = {
    format: 'latent-explorer/1',
    step: String(checkpoint.step),
    best: JSON.stringify(checkpoint.best),
    row: JSON.stringify(checkpoint.row),
    sha256: digest(checkpoint.tensors),
  };
  const parts = encodeSafetensors({ tensors: checkpoint.tensors, metadata });
  await writeAtomically(fileOf(runFolder, checkpoint.step), parts);
  const steps = await listCheckpoints(runFolder);
  for (const step of steps.slice(0, -KEPT)) {
    if (step !== checkpoint.best?.step) await rm(fileOf(runFolder, step), { force: true });
  }
}

async function readCheckpoint(runFolder: string, step: number): Promise<Checkpoint> {
  const { tensors, metadata } = decodeSafetensors(await readFile(fileOf(runFolder, step)));
  if (metadata['sha256'] !== digest(tensors)) throw new Error(`checkpoint ${step}: checksum does not match`);
  if (metadata['step'] !== String(step))
    throw new Error(`checkpoint ${step}: holds step ${metadata['step']}`);
  const best = JSON.parse(metadata['best'] ?? 'null') as Checkpoint['best'];
  const row = JSON.parse(metadata['row'] ?? 'null') as Checkpoint['row'];
  return { step, tensors, best, row };
}

/**
 * The newest checkpoint that is whole, or null when there is none.
 * @param onDamaged told of each newer one that had to be passed over
 */
export async function newestCheckpoint(
  runFolder: string,
  onDamaged: (message: string) => void = () => undefined,
): Promise<Checkpoint | null> {
  for (const step of (await listCheckpoints(runFolder)).reverse()) {
    try {
      return await readCheckpoint(runFolder, step);
    } catch (error) {
      onDamaged(`checkpoint ${step} was passed over: ${(error as Error).message}`);
    }
  }
  return null;
}

export async function removeCheckpointLeftovers(runFolder: string): Promise<void> {
  await removeLeftovers(folderOf(runFolder));
}
