import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { Dataset } from '../../datasets/dataset';
import { datasetReport } from '../../datasets/report';
import { reportLines } from '../../datasets/report-lines';
import { binarised } from '../../datasets/sampling/binarise';
import { splitDataset } from '../../datasets/split';
import { RpcError } from '../../protocol/rpc';
import { LockedError, lockHolder } from '../../runs/lock';
import { readMetrics } from '../../runs/metrics';
import { readConfig } from '../../runs/store';
import { openModel } from '../../model/model';
import { loadRunDataset } from '../../model/run-dataset';
import type { Model } from '../../model/model';
import { ClientService } from './client-service';
import { RunStatus } from './run-status';
import { RunLog } from '../run-log';
import { engineForModel } from '../programs/engine-options';
import type { EngineOptions } from '../programs/engine-options';
import { engineText } from './prepare';
import { reconstruct } from '../services/reconstructions';
import { Scheduler } from '../scheduler';
import { loadOptions } from './load-options';

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
  const chosen = await engineForModel(job, await readConfig(job.runFolder));
  // A process that is training this run has its own endpoint, which must not be replaced.
  if ((await lockHolder(job.runFolder)) === 'alive') {
    throw new LockedError('this run is being trained; its own engine answers');
  }
  const damaged: string[] = [];
  const model = await openModel(chosen.engine, job.runFolder, (message) => damaged.push(message));
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
    (dataset ??= loadRunDataset(job.runFolder, model.config, loadOptions(), (message) =>
      runLog.write(message),
    ).then((images) => {
      runStatus.update({ dataset: reportLines(datasetReport(images, model.config.data.split)) });
      return binarised(images, model.config.data.binarisation, model.config.data.split.seed);
    }));
  const runLog = await RunLog.open(job.runFolder);
  if (chosen.notice !== undefined) runLog.write(chosen.notice);
  for (const message of damaged) runLog.write(message);
  const service = await ClientService.open(job.runFolder, runLog, {
    mode: 'serve',
    runStatus,
    scheduler,
    model: () => model,
    dataset: data,
    // The weights never change here, so no copy is needed.
    snapshot: () => Promise.resolve({ model, release: () => undefined }),
    open: () => chosen.engine.open(model.config.model, null, null),
    stop: () => {
      stopped = true;
      return Promise.resolve();
    },
    pause: refuse,
    continueTraining: refuse,
  });
  void showReconstructions(model, data, scheduler, runStatus);
  for (let idle = 0; idle < IDLE_TIMEOUT_MS && !stopped && !signal.aborted;) {
    await sleep(IDLE_CHECK_MS);
    idle = service.endpoint.clientCount() > 0 || service.busy ? 0 : idle + IDLE_CHECK_MS;
  }
  await service.close();
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
