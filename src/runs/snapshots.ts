import { makeFolder, namesIn, removeLeftovers, replaceFile } from './guarded-files';
import { inRun } from './guarded-path';
import type { GuardedPath } from './guarded-path';
import { checkedWeights, readWeights, stepsOf, writeWeights } from './weights';
import type { Weights } from './weights';

const FOLDER = 'snapshots';
const folderOf = (runFolder: string): GuardedPath => inRun(runFolder, FOLDER);
const fileOf = (runFolder: string, step: number): GuardedPath =>
  inRun(runFolder, FOLDER, `${step}.safetensors`);

/** Lists the steps of the run's snapshots, ascending. @throws ForeignFileError if snapshots/ is not a folder */
export async function listSnapshots(runFolder: string): Promise<number[]> {
  return stepsOf(await namesIn(folderOf(runFolder)));
}

/** Writes a snapshot. @param weights the parameters, without optimizer slots @throws Error if a value is not finite */
export async function writeSnapshot(runFolder: string, weights: Weights): Promise<void> {
  await makeFolder(folderOf(runFolder));
  await writeWeights(fileOf(runFolder, weights.step), weights);
}

/** Keeps a snapshot of a run that is trained elsewhere, as it is there. @throws Error if the bytes are not a whole snapshot of this step */
export async function keepSnapshot(runFolder: string, step: number, bytes: Uint8Array): Promise<void> {
  checkedWeights(bytes, step, 'snapshot');
  await makeFolder(folderOf(runFolder));
  await replaceFile(fileOf(runFolder, step), [bytes]);
}

/** Removes temporary files left by interrupted snapshot writes. */
export async function removeSnapshotLeftovers(runFolder: string): Promise<void> {
  await removeLeftovers(folderOf(runFolder), (name) => stepsOf([name]).length > 0);
}

/** Reads a snapshot. @throws Error if the file is missing or damaged */
export function readSnapshot(runFolder: string, step: number): Promise<Weights> {
  return readWeights(fileOf(runFolder, step), step, 'snapshot');
}
