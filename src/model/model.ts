import type { Engine, Session } from '../engine/engine';
import type { RunConfig } from '../runs/config';
import { RunError } from '../runs/run-error';
import { readOpenedModel } from '../runs/opened-model';
import { OPENED_STEP, readConfig } from '../runs/store';
import { requireEngineMemory, requireMemory } from './memory-need';
import { newestState } from './state';
import type { ImageShape } from '../images/image-shape';
import { shapeOf } from '../runs/run-shape';

/** A trained (or still training) model that can encode, decode and evaluate. */
export interface Model {
  readonly config: RunConfig;
  readonly shape: ImageShape;
  readonly session: Session;
  /** Training step of the weights in the session. */
  readonly step: number;
}

/**
 * Opens the files of a model that was trained elsewhere.
 * @throws RunError if they are not those that were opened; ModelFileError if one is refused
 */
export async function openFilesOf(engine: Engine, runFolder: string): Promise<Session> {
  const { name } = engine.description;
  if (engine.files === undefined)
    throw new RunError(
      `${runFolder} is a model of ONNX files, which the engine '${name}' does not run: use 'onnx'.`,
    );
  return engine.files.open(await readOpenedModel(runFolder));
}

/**
 * Opens the run's newest intact checkpoint, or the files of a model that was trained elsewhere.
 * @param onDamaged called for each newer checkpoint that cannot be used
 * @throws RunError if the folder is not a run or has no usable checkpoint
 */
export async function openModel(
  engine: Engine,
  runFolder: string,
  onDamaged: (message: string) => void = () => undefined,
): Promise<Model> {
  const config = await readConfig(runFolder);
  if (config.opened !== undefined) {
    const session = await openFilesOf(engine, runFolder);
    return { config, shape: shapeOf(config), session, step: OPENED_STEP };
  }
  requireMemory(config, false);
  requireEngineMemory(config, false, engine);
  const damaged: string[] = [];
  const newest = await newestState(runFolder, config, (message) => damaged.push(message));
  if (!newest) {
    const why = damaged.length > 0 ? damaged.join('; ') : 'it ended before its first one was written';
    throw new RunError(`${runFolder} has no usable checkpoint: ${why}. Resume or repeat the run.`);
  }
  damaged.forEach(onDamaged);
  const session = await engine.open(config.model, null, null);
  await session.load({ ...newest.state, slots: {} });
  return { config, shape: shapeOf(config), session, step: newest.checkpoint.step };
}
