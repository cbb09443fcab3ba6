import { createHash } from 'node:crypto';
import { openToRead, readBytes, replaceFile } from './guarded-files';
import type { GuardedPath } from './guarded-path';
import { decodeSafetensors, encodeSafetensors } from './safetensors';
import type { Tensor } from './safetensors';

/** Tensors of a training step, by name. */
export interface Weights {
  readonly step: number;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

const FORMAT = 'latent-explorer/1';
/** Longest file of weights that is read, in bytes. */
const MAX_BYTES = 8_000_000_000;
/** Of a file's start: the length of the header, and the header with our mark in it. */
const MAX_HEADER = 1_000_000;

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
  place: GuardedPath,
  weights: Weights,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  assertFinite(weights);
  const { step, tensors } = weights;
  const own = { format: FORMAT, step: String(step), ...metadata, sha256: digest(tensors) };
  await replaceFile(place, encodeSafetensors({ tensors, metadata: own }));
}

/** @param what is read, for the message @throws Error where the file is damaged or of another step */
export async function readWeights(
  place: GuardedPath,
  step: number,
  what: string,
): Promise<Weights & { readonly metadata: Readonly<Record<string, string>> }> {
  const { tensors, metadata } = decodeSafetensors(await readBytes(place, MAX_BYTES));
  if (metadata['sha256'] !== digest(tensors)) throw new Error(`${what} ${step}: checksum does not match`);
  if (metadata['step'] !== String(step)) throw new Error(`${what} ${step}: holds step ${metadata['step']}`);
  return { step, tensors, metadata };
}

/** Whether a file is one that `writeWeights` has made, by what its header says; a damaged header does not. */
export async function isOurWeights(place: GuardedPath): Promise<boolean> {
  const handle = await openToRead(place);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAX_HEADER), 0, MAX_HEADER, 0);
    if (bytesRead < 8) return false;
    const length = buffer.readBigUInt64LE(0);
    if (length > BigInt(bytesRead - 8)) return false;
    const header = JSON.parse(buffer.toString('utf8', 8, 8 + Number(length))) as {
      __metadata__?: { format?: unknown };
    };
    return header.__metadata__?.format === FORMAT;
  } catch {
    return false;
  } finally {
    await handle.close();
  }
}

/** Steps that a folder has files of, ascending, of names as they come from reading it. */
export function stepsOf(names: readonly string[]): number[] {
  return names
    .map((name) => /^(\d+)\.safetensors$/.exec(name)?.[1])
    .filter((step) => step !== undefined)
    .map(Number)
    .sort((a, b) => a - b);
}
