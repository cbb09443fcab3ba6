import { advice, isMemoryMessage } from '../../endpoint/engine-end';
import { MemoryWatch } from '../../endpoint/memory-watch';
import { JaxProcessError } from '../../engine/jax/process';
import { replaceFile } from '../../runs/guarded-files';
import { inRun } from '../../runs/guarded-path';
import { HEARTBEAT_MS, RunLock } from '../../runs/lock';
import { requireNotRemote } from '../../runs/remote-run';
import { removeOldStopRequest, takeStopRequest } from '../../runs/stop-request';
import type { TrainingEnd } from '../../training/train';
import { abandon } from './abandon-run';
import { ClientService } from './client-service';
import { RunLog } from '../run-log';
import { PRODUCT_VERSION } from '../product';
import { withLimit } from '../../text/system-limit';
import { recordFailure } from './record-failure';
import { Training } from './training';
import type { Job, JobObserver } from './training';

export type { Job, JobObserver } from './training';
export type { ResumeChanges } from '../../runs/resume-changes';

/** The state and step at which the run ended. */
export type JobResult = TrainingEnd;

/**
 * Trains in this process, records the run in its folder and answers clients meanwhile.
 * @param signal stops training after a checkpoint
 * @throws DataError, RequestError, RunError, EngineError, LockedError before training starts
 */
export async function runJob(job: Job, observer: JobObserver, signal: AbortSignal): Promise<JobResult> {
  await requireNotRemote(job.runFolder);
  const lock = await RunLock.take(job.runFolder);
  await removeOldStopRequest(job.runFolder);
  const log = await RunLog.open(job.runFolder).catch(async (error: unknown) => {
    await lock.release();
    throw error;
  });
  const memory = await MemoryWatch.of(process.pid);
  const training = new Training(job, lock, log, observer);
  const { runStatus, scheduler, control } = training;
  let ended: () => void = () => undefined;
  const end = new Promise<void>((resolve) => (ended = resolve));
  const stop = (): void => {
    control.stop();
    runStatus.update({ state: 'stopping' });
  };
  const watch = setInterval(() => {
    void lookForStopRequest(job.runFolder, lock).then((isAsked) => {
      if (!isAsked) return;
      log.write('stop.request was found: training stops at a checkpoint');
      stop();
    });
  }, HEARTBEAT_MS);
  watch.unref();
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });

  const service = await ClientService.open(job.runFolder, log, {
    mode: 'train',
    engine: job,
    runStatus,
    scheduler,
    model: () => training.model(),
    dataset: () => training.dataset(),
    snapshot: () => training.snapshot(),
    open: () => training.open(),
    stop: () => {
      stop();
      return end;
    },
    pause: () => control.pause(),
    continueTraining: () => control.continue(),
    onUnreachable:
      observer.onUnreachable &&
      ((reason) => {
        log.write(reason);
        observer.onUnreachable?.(reason);
      }),
  }).catch(async (error: unknown) => {
    clearInterval(watch);
    await lock.release();
    throw error;
  });
  const { endpoint } = service;
  observer.onLocked?.(() => abandon(scheduler, lock, endpoint));
  try {
    const people = { pid: process.pid, product: PRODUCT_VERSION, startedAt: new Date().toISOString() };
    await replaceFile(inRun(job.runFolder, 'process.json'), `${JSON.stringify(people, null, 2)}\n`);
    log.write(
      `${PRODUCT_VERSION} on Node ${process.version}, process ${process.pid}: ${job.request ? 'training' : 'resuming'}`,
    );
    const result = await training.run(signal);
    log.write(`${result.state} at step ${result.step}: ${result.message}`);
    runStatus.update({ state: result.state, message: result.message });
    return result;
  } catch (error) {
    if (control.current === 'stop' && runStatus.status.step === 0) {
      runStatus.update({ state: 'stopped', message: 'stopped before training began' });
      return { state: 'stopped', step: 0, message: 'stopped before training began' };
    }
    const said = withLimit(error as Error);
    const hasDied = error instanceof JaxProcessError && error.signal !== null;
    const outOfMemory = isMemoryMessage(said) || (hasDied && (await memory.hasKilled()));
    const message = outOfMemory ? `${said}: ${await advice(job.runFolder, memory.limit)}` : said;
    log.write(`failed: ${message}`);
    // As where this process itself is killed: the run has no end on record, so that it is resumed by itself.
    const isInterrupted = hasDied && !outOfMemory;
    if (training.hasChangedTheRun && !isInterrupted)
      await recordFailure(job.runFolder, lock, runStatus.status.step, message);
    runStatus.update({ state: 'failed', message });
    throw outOfMemory ? new Error(message, { cause: error }) : error;
  } finally {
    clearInterval(watch);
    signal.removeEventListener('abort', stop);
    service.cancel();
    await lock.release();
    ended();
    // Let pending replies and the final state reach clients before the sockets close.
    await new Promise((resolve) => setTimeout(resolve, endpoint.clientCount() > 0 ? 200 : 0));
    await service.close();
    training.model()?.session.dispose();
    await log.close();
  }
}

/** Takes a request to stop, unless another process trains the run by now. */
async function lookForStopRequest(runFolder: string, lock: RunLock): Promise<boolean> {
  return (await lock.isOurs()) && takeStopRequest(runFolder);
}
