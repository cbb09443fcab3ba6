import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { Dataset } from '../../datasets/dataset';
import { binarised } from '../../datasets/sampling/binarise';
import { loadDataset } from '../../datasets/load';
import { splitDataset } from '../../datasets/split';
import { openEndpoint } from '../../endpoint/server';
import { RpcError } from '../../protocol/rpc';
import { LockedError, lockHolder } from '../../runs/lock';
import { readMetrics } from '../../runs/metrics';
import { openModel } from '../../model/model';
import type { Model } from '../../model/model';
import { RunStatus } from './run-status';
import { EncodeDatasetJob } from '../map/encode-dataset-job';
import { RunLog } from '../run-log';
import { engineFor, engineText } from './prepare';
import type { EngineOptions } from './prepare';
import { PRODUCT_VERSION } from '../product';
import { reconstruct } from '../services/reconstructions';
import { Scheduler } from '../scheduler';
import { engineService } from '../services/engine-service';
import { loadOptions } from './load-options';
import { Snapshots } from '../snapshots/snapshots';

/** An engine without clients exits after this time, in ms. */
const IDLE_TIMEOUT_MS = 5 * 60_000;
const IDLE_CHECK_MS = 1000;

/**
 * Serves the run's newest checkpoint, without taking its lock, until no client has been connected for five minutes.
 * @throws LockedError if the run is being trained
 */
export async function serveJob(
  job: EngineOptions & { readonly runFolder: string },
  signal: AbortSignal,
): Promise<void> {
  const chosen = await engineFor(job);
  // A process that is training this run has its own endpoint, which must not be replaced.
  if ((await lockHolder(job.runFolder)) === 'alive') {
    throw new LockedError('this run is being trained; its own engine answers');
  }
  const model = await openModel(chosen.engine, job.runFolder);
  const runStatus = new RunStatus(pathToFileURL(job.runFolder).href, 'serving');
  runStatus.restore(await readMetrics(job.runFolder));
  runStatus.update({ engine: engineText(chosen), step: model.step });

  let dataset: Promise<Dataset> | null = null;
  let stopped = false;
  const refuse = (): never => {
    throw new RpcError('not-training', 'this engine only answers from a checkpoint; resume the run first');
  };
  const scheduler = new Scheduler();
  const data = (): Promise<Dataset> =>
    (dataset ??= loadDataset(model.config.data.source, { ...model.shape, ...loadOptions() }).then((images) =>
      binarised(images, model.config.data.binarisation, model.config.data.split.seed),
    ));
  const runLog = await RunLog.open(job.runFolder);
  const latents = new EncodeDatasetJob({
    ...{ runFolder: job.runFolder, scheduler, dataset: data },
    // The weights never change here, so no copy is needed.
    snapshot: () => Promise.resolve({ model, release: () => undefined }),
    log: (message) => runLog.write(message),
  });
  const snapshots = new Snapshots({
    ...{ runFolder: job.runFolder, scheduler, model: () => model, dataset: data },
    open: () => chosen.engine.open(model.config.model, null, null),
  });
  const endpoint = await openEndpoint(
    job.runFolder,
    PRODUCT_VERSION,
    engineService({
      mode: 'serve',
      runStatus,
      scheduler,
      latents,
      snapshots,
      model: () => model,
      dataset: data,
      stop: () => {
        stopped = true;
        return Promise.resolve();
      },
      pause: refuse,
      continueTraining: refuse,
    }),
  );
  runStatus.listen({
    status: () => undefined,
    reconstructed: (step) => endpoint.emit('reconstructed', { step }),
  });
  void showReconstructions(model, data, scheduler, runStatus);
  for (let idle = 0; idle < IDLE_TIMEOUT_MS && !stopped && !signal.aborted;) {
    await sleep(IDLE_CHECK_MS);
    idle = endpoint.clientCount() > 0 || latents.busy ? 0 : idle + IDLE_CHECK_MS;
  }
  latents.close();
  await endpoint.close();
  await snapshots.close();
  model.session.dispose();
  await runLog.close();
}

/** Computes the reconstructions if the dataset still exists; encoding and decoding work without it. */
async function showReconstructions(
  model: Model,
  data: () => Promise<Dataset>,
  scheduler: Scheduler,
  runStatus: RunStatus,
): Promise<void> {
  try {
    const dataset = await data();
    const split = splitDataset(dataset, model.config.data.split);
    runStatus.setReconstructions(
      await scheduler.turn('evaluation', () => reconstruct(model, dataset, split)),
    );
  } catch {
    // Without the dataset there are no reconstructions. Requests that need it report the error.
  }
}
