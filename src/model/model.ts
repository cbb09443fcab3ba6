import type { Engine, Session, TrainingState } from '../engine/engine';
import type { RunConfig } from '../runs/config';
import { RunError } from '../runs/run-error';
import { readConfig } from '../runs/store';
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

/** A run's configuration and the weights of its newest intact checkpoint, without slots. */
export interface TrainedWeights {
  readonly config: RunConfig;
  readonly state: TrainingState;
}

/**
 * Reads the run's newest intact checkpoint.
 * @param onDamaged called for each newer checkpoint that cannot be used
 * @throws RunError if the folder is not a run or has no usable checkpoint
 */
export async function readTrainedWeights(
  runFolder: string,
  onDamaged: (message: string) => void = () => undefined,
): Promise<TrainedWeights> {
  const config = await readConfig(runFolder);
  requireMemory(config, false);
  const damaged: string[] = [];
  const newest = await newestState(runFolder, config, (message) => damaged.push(message));
  if (!newest) {
    const why = damaged.length > 0 ? damaged.join('; ') : 'it ended before its first one was written';
    throw new RunError(`${runFolder} has no usable checkpoint: ${why}. Resume or repeat the run.`);
  }
  damaged.forEach(onDamaged);
  return { config, state: { ...newest.state, slots: {} } };
}

/** Opens a session that encodes, decodes and evaluates with these weights. */
export async function openTrained(engine: Engine, { config, state }: TrainedWeights): Promise<Session> {
  requireEngineMemory(config, false, engine);
  const session = await engine.open(config.model, null, null);
  await session.load(state);
  return session;
}

/** The model of these weights. @param session holds them, or loads them when it is first used */
export function trainedModel({ config, state }: TrainedWeights, session: Session): Model {
  return { config, shape: shapeOf(config), session, step: state.step };
}

/** Opens the run's newest intact checkpoint. Parameters and errors as `readTrainedWeights`. */
export async function openModel(
  engine: Engine,
  runFolder: string,
  onDamaged: (message: string) => void = () => undefined,
): Promise<Model> {
  const weights = await readTrainedWeights(runFolder, onDamaged);
  return trainedModel(weights, await openTrained(engine, weights));
}
