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
import type { Session } from '../../engine/engine';
import { readStoredModel, storedModel } from '../../model/model';
import { loadRunDataset } from '../../model/run-dataset';
import type { Model, StoredModel } from '../../model/model';
import { atFirstUse } from '../at-first-use';
import { ClientService } from './client-service';
import { LateSession } from './late-session';
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
/** The first questions, which need no engine, are answered before the engine's library is loaded, which holds up everything. In ms. */
const FIRST_QUESTIONS_MS = 500;

/**
 * Serves the run's newest checkpoint, without taking its lock, until no client has been connected for five minutes.
 * @throws LockedError if the run is being trained
 */
export async function serveJob(
  job: EngineOptions & { readonly runFolder: string },
  signal: AbortSignal,
): Promise<void> {
  // A process that is training this run has its own endpoint, which must not be replaced.
  if ((await lockHolder(job.runFolder)) === 'alive') {
    throw new LockedError('this run is being trained; its own engine answers');
  }
  const damaged: string[] = [];
  let stored: StoredModel | null = await readStoredModel(job.runFolder, (message) => damaged.push(message));
  const runStatus = new RunStatus(pathToFileURL(job.runFolder).href, 'serving');
  runStatus.restore(await readMetrics(job.runFolder));
  const { config } = stored;
  runStatus.update({ step: stored.step });

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
  const open = async (): Promise<Session> => {
    const session = await stored!.open(await engine());
    // As large as the file, and read no more.
    stored = null;
    return session;
  };
  const model = storedModel(stored, new LateSession(open));
  const data = (): Promise<Dataset> =>
    (dataset ??= loadRunDataset(job.runFolder, model.config, loadOptions(), (message) =>
      runLog.write(message),
    ).then((images) => {
      runStatus.update({ dataset: reportLines(datasetReport(images, model.config.data.split)) });
      return binarised(images, model.config.data.binarisation, model.config.data.split.seed);
    }));
  const service = await ClientService.open(job.runFolder, runLog, {
    mode: 'serve',
    engine: job,
    runStatus,
    scheduler,
    model: () => model,
    dataset: data,
    // The weights never change here, so no copy is needed.
    snapshot: () => Promise.resolve({ model, release: () => undefined }),
    open: async () => (await engine()).open(model.config.model, null, null),
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
    await sleep(FIRST_QUESTIONS_MS);
    const dataset = await data();
    const split = splitDataset(dataset, model.config.data.split);
    runStatus.setReconstructions(
      await scheduler.turn('evaluation', () => reconstruct(model, dataset, split)),
    );
  } catch {
    // Without the dataset there are no reconstructions. Requests that need it report the error.
  }
}
