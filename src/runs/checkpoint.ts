import { makeFolder, namesIn, removeFile, removeLeftovers } from './guarded-files';
import { inRun } from './guarded-path';
import type { GuardedPath } from './guarded-path';
import { isOurWeights, readWeights, stepsOf, writeWeights } from './weights';
import type { Weights } from './weights';

/** Sums of the bound over the steps since the last training row. */
export interface RowSums {
  readonly elbo: number;
  readonly reconstruction: number;
  readonly count: number;
}

/** Everything training needs to go on as if it had not been interrupted. */
export interface Checkpoint extends Weights {
  /** Weights by name, and optimizer slots as `<slot>/<name>`. */
  readonly tensors: Weights['tensors'];
  /** Best validation bound so far and the epochs since; for stopping by patience. */
  readonly best: { readonly step: number; readonly elbo: number; readonly epochsSince: number } | null;
  /** Null where the step ends a row. */
  readonly row: RowSums | null;
}

/** Newest checkpoints kept beside the best one. */
const KEPT_CHECKPOINTS = 3;

const FOLDER = 'checkpoints';
const folderOf = (runFolder: string): GuardedPath => inRun(runFolder, FOLDER);
const fileOf = (runFolder: string, step: number): GuardedPath =>
  inRun(runFolder, FOLDER, `${step}.safetensors`);

/** Steps of the checkpoints that exist, ascending. @throws ForeignFileError where checkpoints/ is no folder */
export async function listCheckpoints(runFolder: string): Promise<number[]> {
  return stepsOf(await namesIn(folderOf(runFolder)));
}

/** Writes the checkpoint, then deletes older ones: the last three and the best are kept. */
export async function writeCheckpoint(runFolder: string, checkpoint: Checkpoint): Promise<void> {
  await makeFolder(folderOf(runFolder));
  await writeWeights(fileOf(runFolder, checkpoint.step), checkpoint, {
    best: JSON.stringify(checkpoint.best),
    row: JSON.stringify(checkpoint.row),
  });
  const steps = await listCheckpoints(runFolder);
  for (const step of steps.slice(0, -KEPT_CHECKPOINTS)) {
    if (step !== checkpoint.best?.step) await removeOurs(fileOf(runFolder, step));
  }
}

/** What another program has put there, or what is damaged so that we cannot tell, stays. */
async function removeOurs(file: GuardedPath): Promise<void> {
  if (await isOurWeights(file).catch(() => false)) await removeFile(file);
}

async function readCheckpoint(runFolder: string, step: number): Promise<Checkpoint> {
  const { tensors, metadata } = await readWeights(fileOf(runFolder, step), step, 'checkpoint');
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
  await removeLeftovers(folderOf(runFolder), (name) => stepsOf([name]).length > 0);
}
