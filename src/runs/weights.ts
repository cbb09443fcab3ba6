import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { writeAtomically } from './atomic';
import { decodeSafetensors, encodeSafetensors } from './safetensors';
import type { Tensor } from './safetensors';

/** Tensors of a training step, by name. */
export interface Weights {
  readonly step: number;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

function digest(tensors: ReadonlyMap<string, Tensor>): string {
  const hash = createHash('sha256');
  for (const [name, { data }] of tensors) {
    hash.update(name).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
}

/** A value that is not finite must never reach a file. */
function assertFinite({ step, tensors }: Weights): void {
  for (const [name, { data }] of tensors) {
    const at = data.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) throw new Error(`not saved: '${name}' holds ${data[at]} at step ${step}`);
  }
}

/** Writes tensors with their checksum. @throws Error where one of them is not finite */
export async function writeWeights(
  path: string,
  weights: Weights,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  assertFinite(weights);
  const { step, tensors } = weights;
  const own = { format: 'latent-explorer/1', step: String(step), ...metadata, sha256: digest(tensors) };
  await writeAtomically(path, encodeSafetensors({ tensors, metadata: own }));
}

/** @param what is read, for the message @throws Error where the file is damaged or of another step */
export async function readWeights(
  path: string,
  step: number,
  what: string,
): Promise<Weights & { readonly metadata: Readonly<Record<string, string>> }> {
  const { tensors, metadata } = decodeSafetensors(await readFile(path));
  if (metadata['sha256'] !== digest(tensors)) throw new Error(`${what} ${step}: checksum does not match`);
  if (metadata['step'] !== String(step)) throw new Error(`${what} ${step}: holds step ${metadata['step']}`);
  return { step, tensors, metadata };
}

/** Steps that a folder has files of, ascending, of names as they come from reading it. */
export function stepsOf(names: readonly string[]): number[] {
  return names
    .map((name) => /^(\d+)\.safetensors$/.exec(name)?.[1])
    .filter((step) => step !== undefined)
    .map(Number)
    .sort((a, b) => a - b);
}
