import { createHash } from 'node:crypto';
import { openToRead, readAt, replaceFile } from './guarded-files';
import type { GuardedPath } from './guarded-path';
import { MAX_HEADER_BYTES, decodeHeader, decodeSafetensors, encodeSafetensors } from './safetensors';
import type { Tensor } from './safetensors';
import { RunError } from './run-error';

/** Named tensors of one training step. */
export interface Weights {
  readonly step: number;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

const FORMAT = 'latent-explorer/1';
/** Maximum size of a weights file, in bytes. */
const MAX_BYTES = 8_000_000_000;
/** Bytes read from the start of a file to identify it: the header length and the header with our format name. */
const START_BYTES = 8 + MAX_HEADER_BYTES;

function digest(tensors: ReadonlyMap<string, Tensor>): string {
  const hash = createHash('sha256');
  for (const [name, { data }] of tensors) {
    hash.update(name).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
}

/** Names the first tensor with a value that is not finite; null if there is none. */
function notFinite({ step, tensors }: Weights): string | null {
  for (const [name, { data }] of tensors) {
    // A plain loop: there are millions, and a call for each takes ten times as long.
    for (let i = 0; i < data.length; i++)
      if (!Number.isFinite(data[i])) return `'${name}' holds ${data[i]} at step ${step}`;
  }
  return null;
}

/** Writes tensors with their checksum. @throws Error if a value is not finite */
export async function writeWeights(
  target: GuardedPath,
  weights: Weights,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const problem = notFinite(weights);
  if (problem !== null) throw new Error(`not saved: ${problem}`);
  const { step, tensors } = weights;
  const own = { format: FORMAT, step: String(step), ...metadata, sha256: digest(tensors) };
  await replaceFile(target, encodeSafetensors({ tensors, metadata: own }));
}

/** Reads a whole file once its header has been found to describe one of this size. @throws SafetensorsError, RunError */
async function readChecked(target: GuardedPath, maxBytes: number): Promise<Buffer> {
  const handle = await openToRead(target);
  try {
    const { size } = await handle.stat();
    if (size > maxBytes)
      throw new RunError(`${target.path} has ${size} bytes, expected at most ${maxBytes} for this model`);
    decodeHeader(await readAt(handle, 0, Math.min(size, START_BYTES)), size);
    return await readAt(handle, 0, size);
  } finally {
    await handle.close();
  }
}

/**
 * Reads tensors and metadata.
 * @param what names the file in errors @param maxBytes of the file, if the model is known
 * @throws Error if it is damaged, of another step, or not finite
 */
export async function readWeights(
  target: GuardedPath,
  step: number,
  what: string,
  maxBytes = MAX_BYTES,
): Promise<Weights & { readonly metadata: Readonly<Record<string, string>> }> {
  return checkedWeights(await readChecked(target, maxBytes), step, what);
}

/** Decodes the bytes of a file. @throws as `readWeights` */
export function checkedWeights(
  bytes: Uint8Array,
  step: number,
  what: string,
): Weights & { readonly metadata: Readonly<Record<string, string>> } {
  const { tensors, metadata } = decodeSafetensors(bytes);
  if (metadata['sha256'] !== digest(tensors)) throw new Error(`${what} ${step}: checksum does not match`);
  if (metadata['step'] !== String(step)) throw new Error(`${what} ${step}: holds step ${metadata['step']}`);
  const problem = notFinite({ step, tensors });
  if (problem !== null) throw new Error(`${what} ${step}: ${problem}`);
  return { step, tensors, metadata };
}

/** Checks by its header whether `writeWeights` wrote a file; false if the header is damaged. */
export async function isOurWeights(target: GuardedPath): Promise<boolean> {
  const handle = await openToRead(target);
  try {
    const start = await readAt(handle, 0, START_BYTES);
    if (start.length < 8) return false;
    const length = start.readBigUInt64LE(0);
    if (length > BigInt(start.length - 8)) return false;
    const header = JSON.parse(start.toString('utf8', 8, 8 + Number(length))) as {
      __metadata__?: { format?: unknown };
    };
    return header.__metadata__?.format === FORMAT;
  } catch {
    return false;
  } finally {
    await handle.close();
  }
}

/** Returns the steps of the .safetensors files among these names, ascending. */
export function stepsOf(names: readonly string[]): number[] {
  return names
    .map((name) => /^(\d+)\.safetensors$/.exec(name)?.[1])
    .filter((step) => step !== undefined)
    .map(Number)
    .sort((a, b) => a - b);
}

/** Returns the maximum size in bytes of a file with tensors of these shapes. */
export function maxWeightsBytes(shapes: Readonly<Record<string, readonly number[]>>): number {
  const numbers = Object.values(shapes).reduce(
    (sum, shape) => sum + shape.reduce((size, side) => size * side, 1),
    0,
  );
  return Math.min(MAX_BYTES, START_BYTES + 4 * numbers);
}
