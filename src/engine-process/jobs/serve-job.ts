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
import { readRemoteRun } from '../../runs/remote-run';
import { isRemoteActive } from '../../domain/remote-state';
import { readStoredModel } from '../../model/model';
import { loadRunDataset } from '../../model/run-dataset';
import type { Model } from '../../model/model';
import { atFirstUse } from '../at-first-use';
import { ClientService } from './client-service';
import { RunStatus } from './run-status';
import { ServedModel } from './served-model';
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
/** The first questions, which need no engine, are answered before the engine's library is loaded, which holds up everything. In ms. */
const FIRST_QUESTIONS_MS = 500;
/** How often newer checkpoints are looked for of a run that is fetched from a cluster, in ms. */
const RENEWAL_MS = 3000;

/**
 * Serves the run's newest checkpoint, without taking its lock, until no client has been connected for five minutes.
 * @throws LockedError if the run is being trained
 */
export async function serveJob(
  job: EngineOptions & { readonly runFolder: string },
  signal: AbortSignal,
): Promise<void> {
  const remote = await readRemoteRun(job.runFolder);
  const isOnCluster = remote !== null && isRemoteActive(remote.state);
  // A process that is training this run has its own endpoint, which must not be replaced. One that follows a cluster has none.
  if (!isOnCluster && (await lockHolder(job.runFolder)) === 'alive') {
    throw new LockedError('this run is being trained; its own engine answers');
  }
  const damaged: string[] = [];
  const first = await readStoredModel(job.runFolder, (message) => damaged.push(message));
  const { config } = first;
  const runStatus = new RunStatus(pathToFileURL(job.runFolder).href, 'serving');
  runStatus.restore(await readMetrics(job.runFolder));
  runStatus.update({ step: first.step });

  let dataset: Promise<Dataset> | null = null;
  let stopped = false;
  const refuse = (): never => {
    throw new RpcError('not-training', 'this engine only answers from a checkpoint; resume the run first');
  };
  const scheduler = new Scheduler();
  const runLog = await RunLog.open(job.runFolder);
  for (const message of damaged) runLog.write(message);
  const engine = atFirstUse(async () => {
    const chosen = await engineForModel(job, config);
    runStatus.update({ engine: engineText(chosen) });
    if (chosen.notice !== undefined) runLog.write(chosen.notice);
    return chosen.engine;
  });
  const served = new ServedModel(job.runFolder, first, engine);
  const data = (): Promise<Dataset> =>
    (dataset ??= loadRunDataset(job.runFolder, config, loadOptions(), (message) =>
      runLog.write(message),
    ).then((images) => {
      runStatus.update({ dataset: reportLines(datasetReport(images, config.data.split)) });
      return binarised(images, config.data.binarisation, config.data.split.seed);
    }));
  const service = await ClientService.open(job.runFolder, runLog, {
    mode: 'serve',
    engine: job,
    runStatus,
    scheduler,
    model: () => served.model,
    dataset: data,
    // No copy is needed: the weights stay as they are meanwhile.
    snapshot: () => Promise.resolve(served.snapshot()),
    open: async () => (await engine()).open(config.model, null, null),
    stop: () => {
      stopped = true;
      return Promise.resolve();
    },
    pause: refuse,
    continueTraining: refuse,
  });
  const show = (): Promise<void> => showReconstructions(served.model, data, scheduler, runStatus);
  void sleep(FIRST_QUESTIONS_MS).then(show);
  let age = 0;
  for (let idle = 0; idle < IDLE_TIMEOUT_MS && !stopped && !signal.aborted;) {
    await sleep(IDLE_CHECK_MS);
    idle = service.endpoint.clientCount() > 0 || service.busy ? 0 : idle + IDLE_CHECK_MS;
    age += IDLE_CHECK_MS;
    if (remote === null || age % RENEWAL_MS !== 0) continue;
    const isNew = await served.renew(scheduler).catch((error: Error) => {
      runLog.write(`a newer checkpoint was not taken over: ${error.message}`);
      return false;
    });
    if (!isNew) continue;
    runStatus.update({ step: served.model.step });
    void show();
  }
  await service.close();
  served.dispose();
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
