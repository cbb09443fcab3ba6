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

/** What a run's folder has of its model: its newest intact checkpoint, or the files of a model that was trained elsewhere. */
export interface StoredModel {
  readonly config: RunConfig;
  /** Training step of the weights. */
  readonly step: number;
  /** Opens a session that encodes, decodes and evaluates with it. */
  open(engine: Engine): Promise<Session>;
}

/**
 * Reads the run's newest intact checkpoint, or the files of a model that was trained elsewhere.
 * @param onDamaged called for each newer checkpoint that cannot be used
 * @throws RunError if the folder is not a run, has no usable checkpoint, or not the files that were opened; ModelFileError if one is refused
 */
export async function readStoredModel(
  runFolder: string,
  onDamaged: (message: string) => void = () => undefined,
): Promise<StoredModel> {
  const config = await readConfig(runFolder);
  if (config.opened !== undefined) {
    const files = await readOpenedModel(runFolder);
    return { config, step: OPENED_STEP, open: (engine) => openFiles(engine, runFolder, files) };
  }
  requireMemory(config, false);
  const damaged: string[] = [];
  const newest = await newestState(runFolder, config, (message) => damaged.push(message));
  if (!newest) {
    const why = damaged.length > 0 ? damaged.join('; ') : 'it ended before its first one was written';
    throw new RunError(`${runFolder} has no usable checkpoint: ${why}. Resume or repeat the run.`);
  }
  damaged.forEach(onDamaged);
  const state = { ...newest.state, slots: {} };
  return {
    config,
    step: state.step,
    async open(engine) {
      requireEngineMemory(config, false, engine);
      const session = await engine.open(config.model, null, null);
      await session.load(state);
      return session;
    },
  };
}

function openFiles(
  { files, description }: Engine,
  runFolder: string,
  opened: Awaited<ReturnType<typeof readOpenedModel>>,
): Promise<Session> {
  if (files !== undefined) return files.open(opened);
  throw new RunError(
    `${runFolder} is a model of ONNX files, which the engine '${description.name}' does not run: use 'onnx'.`,
  );
}

/** The model of a run. @param session holds its weights, or loads them when it is first used */
export function storedModel({ config, step }: StoredModel, session: Session): Model {
  return { config, shape: shapeOf(config), session, step };
}

/** Reads and opens the model of a run. Parameters and errors as `readStoredModel`. */
export async function openModel(
  engine: Engine,
  runFolder: string,
  onDamaged: (message: string) => void = () => undefined,
): Promise<Model> {
  const stored = await readStoredModel(runFolder, onDamaged);
  return storedModel(stored, await stored.open(engine));
}
