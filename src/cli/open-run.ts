import type { ChosenEngine } from '../engine/choose';
import { listCheckpoints } from '../runs/checkpoint';
import { readConfig } from '../runs/store';
import { openModel } from '../model/model';
import type { Model } from '../model/model';
import { engineFor } from '../engine-process/programs/engine-options';
import type { Context } from './context';
import { badInput } from './exit';
import { resolveRun } from './run-argument';
import type { EngineOptions } from './training';

/** Returns the engine that these options select on this machine. */
function chosenEngine({ engine, threads }: EngineOptions): Promise<ChosenEngine> {
  return engineFor({ engine, threads: threads ?? null });
}

/**
 * Opens the model of RUN at its newest checkpoint, calls `use` with it and frees it afterwards.
 * @throws CliError if there is none
 */
export async function withModel<T>(
  text: string,
  options: EngineOptions,
  context: Context,
  use: (model: Model, folder: string) => Promise<T>,
): Promise<T> {
  const folder = await resolveRun(text, context.cwd);
  await readConfig(folder);
  if ((await listCheckpoints(folder)).length === 0) {
    throw badInput(`${folder}: this run has no checkpoint yet; \`vae resume\` trains on, then try again`);
  }
  const { engine, notice } = await chosenEngine(options);
  if (notice !== undefined) context.output.warn(notice);
  const model = await openModel(engine, folder, (message) => context.output.warn(message));
  try {
    return await use(model, folder);
  } finally {
    model.session.dispose();
  }
}
