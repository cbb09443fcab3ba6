import { makeFolder, namesIn } from './guarded-files';
import { inRun } from './guarded-path';
import type { GuardedPath } from './guarded-path';
import { readWeights, stepsOf, writeWeights } from './weights';
import type { Weights } from './weights';

const FOLDER = 'snapshots';
const folderOf = (runFolder: string): GuardedPath => inRun(runFolder, FOLDER);
const fileOf = (runFolder: string, step: number): GuardedPath =>
  inRun(runFolder, FOLDER, `${step}.safetensors`);

/** Steps of the snapshots that exist, ascending. @throws ForeignFileError where snapshots/ is no folder */
export async function listSnapshots(runFolder: string): Promise<number[]> {
  return stepsOf(await namesIn(folderOf(runFolder)));
}

/** @param weights the parameters alone */
export async function writeSnapshot(runFolder: string, weights: Weights): Promise<void> {
  await makeFolder(folderOf(runFolder));
  await writeWeights(fileOf(runFolder, weights.step), weights);
}

/** @throws Error where the file is damaged */
export function readSnapshot(runFolder: string, step: number): Promise<Weights> {
  return readWeights(fileOf(runFolder, step), step, 'snapshot');
}
