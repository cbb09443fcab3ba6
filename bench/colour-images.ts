import { open } from 'node:fs/promises';
import { RandomStream } from '../src/random/stream';

/** So many are written at a time. */
const BLOCK = 1000;

/** Writes random colour images into a .npy of uint8, each block of them other than the one before. */
export async function writeColourImages(path: string, count: number, side = 32): Promise<void> {
  const bytes = side * side * 3;
  const shape = `(${count}, ${side}, ${side}, 3)`;
  const header = `{'descr': '|u1', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117);
  const start = Buffer.concat([
    Buffer.from('\x93NUMPY\x01\x00\x76\x00', 'latin1'),
    Buffer.from(`${header}\n`),
  ]);
  const block = new Uint8Array(new RandomStream(0, 'sample').words32(0, (BLOCK * bytes) / 4).buffer);
  const file = await open(path, 'w');
  try {
    await file.write(start);
    for (let written = 0; written < count; written += BLOCK) {
      await file.write(block, 0, Math.min(BLOCK, count - written) * bytes);
      for (let i = 0; i < block.length; i++) block[i]! += 1 + (i & 15);
    }
  } finally {
    await file.close();
  }
}
