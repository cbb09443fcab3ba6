import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readWeights, stepsOf, writeWeights } from './weights';
import type { Weights } from './weights';

const folderOf = (runFolder: string): string => join(runFolder, 'snapshots');
const fileOf = (runFolder: string, step: number): string => join(folderOf(runFolder), `${step}.safetensors`);

/** Steps of the snapshots that exist, ascending. */
export async function listSnapshots(runFolder: string): Promise<number[]> {
  return stepsOf(await readdir(folderOf(runFolder)).catch(() => []));
}

/** @param weights the parameters alone */
export async function writeSnapshot(runFolder: string, weights: Weights): Promise<void> {
  await mkdir(folderOf(runFolder), { recursive: true });
  await writeWeights(fileOf(runFolder, weights.step), weights);
}

/** @throws Error where the file is damaged */
export function readSnapshot(runFolder: string, step: number): Promise<Weights> {
  return readWeights(fileOf(runFolder, step), step, 'snapshot');
}
