/** A checkpoint that is cut, empty or has changed bits is passed over for the one before, which is said; its weights are never used. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RandomStream } from '../../src/random/stream';
import { keepCheckpoint, newestCheckpoint, writeCheckpoint } from '../../src/runs/checkpoint';
import type { Checkpoint } from '../../src/runs/checkpoint';
import { decodeSafetensors, encodeSafetensors } from '../../src/runs/safetensors';

const SLICES = 64;
const FLIPS = 1000;

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'vae-checkpoint-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const checkpoint = (step: number): Checkpoint => ({
  step,
  tensors: new Map(
    ['encoder.weight', 'decoder.weight', 'm/encoder.weight'].map((name, i) => [
      name,
      { shape: [20, 30], data: new RandomStream(step, 'initialise').normals(i, 600) },
    ]),
  ),
  best: { step, elbo: -step, epochsSince: 1 },
  row: { elbo: -1, reconstruction: -2, count: 3 },
});
const fileOf = (step: number): string => join(folder, 'checkpoints', `${step}.safetensors`);

/** What is read of the two checkpoints once the newer one has these bytes. */
async function readWith(bytes: Uint8Array): Promise<{ found: Checkpoint | null; said: string[] }> {
  await writeFile(fileOf(20), bytes);
  const said: string[] = [];
  return { found: await newestCheckpoint(folder, (message) => said.push(message)), said };
}

async function written(): Promise<Buffer> {
  for (const step of [10, 20]) await writeCheckpoint(folder, checkpoint(step));
  const bytes = await readFile(fileOf(20));
  expect((await readWith(bytes)).found).toEqual(checkpoint(20));
  return bytes;
}

test('cut at each 64th of its length, empty, or longer', async () => {
  const bytes = await written();
  const cuts = Array.from({ length: SLICES }, (_, i) => Math.floor((i * bytes.length) / SLICES));
  for (const wrong of [...cuts, bytes.length - 1]
    .map((length) => bytes.subarray(0, length))
    .concat([Buffer.concat([bytes, bytes])])) {
    const { found, said } = await readWith(wrong);
    expect(found).toEqual(checkpoint(10));
    expect(said).toEqual([expect.stringMatching(/^checkpoint 20 was passed over: ./)]);
  }
});

test('whole, with notes beside its tensors that are not what was written there', async () => {
  const bytes = await written();
  const { tensors, metadata } = decodeSafetensors(bytes);
  const { best, row } = checkpoint(20);
  const wrong: [string, string][] = [
    ...['', '{', '7', '"a"', '[]', '{}', 'true'].flatMap((text): [string, string][] => [
      ['best', text],
      ['row', text],
    ]),
    ...Object.entries({ best, row }).flatMap(([name, note]) =>
      Object.keys(note!).flatMap((field): [string, string][] =>
        ['x', null].map((value) => [name, JSON.stringify({ ...note, [field]: value })]),
      ),
    ),
    ['best', JSON.stringify({ ...best, epochsSince: 0.5 })],
    ['row', JSON.stringify({ ...row, count: -1 })],
  ];
  for (const [name, text] of wrong) {
    const changed = encodeSafetensors({ tensors, metadata: { ...metadata, [name]: text } });
    const { found, said } = await readWith(Buffer.concat([...changed]));
    expect(found, text).toEqual(checkpoint(10));
    expect(said, text).toEqual([expect.stringContaining(`its note '${name}' is`)]);
    await expect(keepCheckpoint(folder, 20, Buffer.concat([...changed]), []), text).rejects.toThrow(name);
  }
});

test('with a changed bit, anywhere', async () => {
  const bytes = await written();
  const places = new RandomStream(1, 'digits').uniforms(0, FLIPS);
  let passed = 0;
  for (const place of places) {
    const bit = Math.floor(place * bytes.length * 8);
    const changed = Buffer.from(bytes);
    changed[bit >> 3]! ^= 1 << (bit & 7);
    const { found, said } = await readWith(changed);
    passed += said.length;
    if (found!.step === 10) {
      expect(said).toEqual([expect.stringMatching(/^checkpoint 20 was passed over: ./)]);
      continue;
    }
    // In the spaces after the header or in the notes beside the tensors a changed bit may leave the weights as they are.
    expect(found!.tensors).toEqual(checkpoint(20).tensors);
    expect(bit >> 3).toBeLessThan(8 + Number(bytes.readBigUInt64LE(0)));
  }
  expect(passed).toBeGreaterThan(0.9 * FLIPS);
});
