import { makeFolder, namesIn, removeFile, removeLeftovers, replaceFile } from './guarded-files';
import { inRun } from './guarded-path';
import type { GuardedPath, RunFolder } from './guarded-path';
import { visibleText } from '../text/visible-text';
import { checkedWeights, isOurWeights, readWeights, stepsOf, writeWeights } from './weights';
import type { Weights } from './weights';

/** Sums of the bound over the steps since the last training row. */
export interface RowSums {
  readonly elbo: number;
  readonly reconstruction: number;
  readonly count: number;
}

/** Everything needed to resume training as if it had not been interrupted. */
export interface Checkpoint extends Weights {
  /** Weights by name, and optimizer slots as `<slot>/<name>`. */
  readonly tensors: Weights['tensors'];
  /** Best validation bound so far and the validations since, for early stopping. */
  readonly best: { readonly step: number; readonly elbo: number; readonly epochsSince: number } | null;
  /** Null if a metric row ends at this step. */
  readonly row: RowSums | null;
}

/** Number of newest checkpoints kept in addition to the best one. */
const KEPT_CHECKPOINTS = 3;

export const CHECKPOINTS_FOLDER = 'checkpoints';
const folderOf = (runFolder: RunFolder): GuardedPath => inRun(runFolder, CHECKPOINTS_FOLDER);
const fileOf = (runFolder: string, step: number): GuardedPath =>
  inRun(runFolder, CHECKPOINTS_FOLDER, `${step}.safetensors`);

/** Lists the steps of the run's checkpoints, ascending. @throws ForeignFileError if checkpoints/ is not a folder */
export async function listCheckpoints(runFolder: RunFolder): Promise<number[]> {
  return stepsOf(await namesIn(folderOf(runFolder)));
}

/** Writes a checkpoint, then deletes all but the newest three and the best. */
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

/**
 * Keeps a checkpoint of a run that is trained elsewhere, as it is there, and deletes those that are not kept there any more but for the newest three.
 * @param there steps that are kept there @throws Error if the bytes are not a whole checkpoint of this step
 */
export async function keepCheckpoint(
  runFolder: string,
  step: number,
  bytes: Uint8Array,
  there: readonly number[],
): Promise<void> {
  notesOf(checkedWeights(bytes, step, 'checkpoint').metadata, step);
  await makeFolder(folderOf(runFolder));
  await replaceFile(fileOf(runFolder, step), [bytes]);
  const steps = await listCheckpoints(runFolder);
  for (const old of steps.slice(0, -KEPT_CHECKPOINTS))
    if (!there.includes(old)) await removeOurs(fileOf(runFolder, old));
}

/** Removes a checkpoint. Keeps files of other programs, and files too damaged to identify. */
async function removeOurs(file: GuardedPath): Promise<void> {
  if (await isOurWeights(file).catch(() => false)) await removeFile(file);
}

async function readCheckpoint(runFolder: string, step: number, maxBytes?: number): Promise<Checkpoint> {
  const { tensors, metadata } = await readWeights(fileOf(runFolder, step), step, 'checkpoint', maxBytes);
  return { step, tensors, ...notesOf(metadata, step) };
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const NOTES = {
  best: { step: isCount, elbo: Number.isFinite, epochsSince: isCount },
  row: { elbo: Number.isFinite, reconstruction: Number.isFinite, count: isCount },
} as const;

/** Reads what stands beside the tensors, which their checksum does not cover. @throws Error if it is not what was written there */
function notesOf(metadata: Readonly<Record<string, string>>, step: number): Pick<Checkpoint, 'best' | 'row'> {
  const noteOf = (name: keyof typeof NOTES): object | null => {
    const text = metadata[name] ?? 'null';
    const value = parsed(text);
    if (value === null) return null;
    const fields = Object.entries<(of: unknown) => boolean>(NOTES[name]);
    if (typeof value === 'object' && fields.every(([field, isFine]) => isFine((value as never)[field])))
      return value;
    throw new Error(`checkpoint ${step}: its note '${name}' is ${visibleText(text, 100)}: damaged`);
  };
  return { best: noteOf('best') as Checkpoint['best'], row: noteOf('row') as Checkpoint['row'] };
}

/** Undefined for what is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Reads the newest intact checkpoint; null if there is none.
 * @param onDamaged called for each newer checkpoint that cannot be used
 * @param check throws if a checkpoint does not belong to the run's model
 * @param maxBytes of a checkpoint of the run's model
 */
export async function newestCheckpoint(
  runFolder: string,
  onDamaged: (message: string) => void = () => undefined,
  check: (checkpoint: Checkpoint) => void = () => undefined,
  maxBytes?: number,
): Promise<Checkpoint | null> {
  const passedOver = new Set<number>();
  const gone = new Set<number>();
  for (;;) {
    // Listed anew each time: the training process removes old checkpoints once it has written newer ones.
    const step = (await listCheckpoints(runFolder)).findLast((other) => !passedOver.has(other));
    if (step === undefined) return null;
    try {
      const checkpoint = await readCheckpoint(runFolder, step, maxBytes);
      check(checkpoint);
      return checkpoint;
    } catch (error) {
      const isGone = (error as NodeJS.ErrnoException).code === 'ENOENT';
      if (isGone && !gone.has(step)) {
        gone.add(step);
        continue;
      }
      passedOver.add(step);
      onDamaged(`checkpoint ${step} was passed over: ${(error as Error).message}`);
    }
  }
}

/** Removes temporary files left by interrupted checkpoint writes. */
export async function removeCheckpointLeftovers(runFolder: string): Promise<void> {
  await removeLeftovers(folderOf(runFolder), (name) => stepsOf([name]).length > 0);
}
