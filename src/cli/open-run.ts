import { listCheckpoints } from '../runs/checkpoint';
import { readConfig } from '../runs/store';
import { openModel } from '../model/model';
import type { Model } from '../model/model';
import { engineForModel } from '../engine-process/programs/engine-options';
import type { Context } from './context';
import { badInput } from './exit';
import { resolveRun } from './run-argument';
import type { EngineFlags } from './training';

/**
 * Opens the model of RUN at its newest checkpoint, calls `use` with it and frees it afterwards.
 * @throws CliError if there is none
 */
export async function withModel<T>(
  text: string,
  options: EngineFlags,
  context: Context,
  use: (model: Model, folder: string) => Promise<T>,
): Promise<T> {
  const folder = await resolveRun(text, context.cwd);
  const config = await readConfig(folder);
  if (config.opened === undefined && (await listCheckpoints(folder)).length === 0) {
    throw badInput(`${folder}: this run has no checkpoint yet; \`vae resume\` trains on, then try again`);
  }
  const { engine, notice } = await engineForModel({ ...options, threads: options.threads ?? null }, config);
  if (notice !== undefined) context.output.warn(notice);
  const model = await openModel(engine, folder, (message) => context.output.warn(message));
  try {
    return await use(model, folder);
  } finally {
    model.session.dispose();
  }
}
