import { pathToFileURL } from 'node:url';
import type { Pictures } from '../../domain/pictures';
import { RpcError } from '../../protocol/rpc';
import type { Handlers } from '../../protocol/rpc';
import { checked } from '../../protocol/schemas/method';
import { sweepMethods } from '../../protocol/schemas/sweep';
import type { SweepMethods } from '../../protocol/schemas/sweep';
import { readSweep } from '../../sweeps/sweep-file';
import { readSweepView, runFolderOf } from '../../sweeps/sweep-view';
import type { EnginePool } from '../engines/engine-pool';
import type { Translate } from '../format';
import { Command } from '../identifiers';
import type { CommandId } from '../identifiers';

/** Images of a trial that are shown, and draws from the prior. */
const MAX_IMAGES = 12;
const SAMPLES = 24;

export interface SweepServices {
  readonly models: EnginePool;
  execute(command: CommandId, ...args: unknown[]): void;
  mayStartEngine(): boolean;
  readonly t: Translate;
}

/** Handles requests of the page of a sweep, about its trials only. @param folder of the sweep */
export function sweepHandlers(folder: string, services: SweepServices): Handlers<SweepMethods> {
  const { models, t } = services;
  const uri = pathToFileURL(folder).href;

  /** @throws RpcError if the sweep has no such trial */
  async function runOf(number: number): Promise<string> {
    const sweep = await readSweep(folder);
    const trial = sweep.trials[number - 1];
    if (trial === undefined) throw new RpcError('bad-input', 'expected one of the trials');
    return runFolderOf(folder, sweep, trial.run);
  }

  return checked(sweepMethods, {
    async sweep() {
      const { folder: path, ...view } = await readSweepView(folder);
      return { ...view, uri: pathToFileURL(path).href, mayOpenModels: services.mayStartEngine() };
    },
    async pictures({ trial }, signal) {
      if (!services.mayStartEngine())
        throw new RpcError('not-allowed', t('Models can be opened only in a trusted workspace.'));
      const run = await runOf(trial);
      const { shown } = await models.ask(run, 'timeImages', {}, signal);
      const ids = shown.slice(0, MAX_IMAGES);
      const cards = await models.ask(run, 'mapCards', { ids }, signal);
      const samples = await models.ask(run, 'sample', { from: 'prior', count: SAMPLES, seed: 0 }, signal);
      return {
        originals: joined(cards.map(({ original }) => original)),
        reconstructed: joined(cards.map(({ reconstructed }) => reconstructed)),
        samples: samples.pictures,
        step: samples.step,
      };
    },
    openTrial: async ({ trial }) => services.execute(Command.openExplorer, { run: await runOf(trial) }),
    async compareTrials({ trials }) {
      services.execute(Command.compareRuns, await Promise.all(trials.map(runOf)));
    },
    stop: () => services.execute(Command.stopSweep, { sweep: uri }),
    goOn: () => services.execute(Command.continueSweep, { sweep: uri }),
  });
}

/** Puts pictures of one shape behind one another. */
function joined(pictures: readonly Pictures[]): Pictures {
  const [first] = pictures;
  const { width = 1, height = 1, channels = 1 } = first ?? {};
  const bytes = Buffer.concat(pictures.map((each) => each.bytes));
  return { width, height, channels, count: pictures.length, bytes: new Uint8Array(bytes) };
}
