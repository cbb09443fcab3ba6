import { pathToFileURL } from 'node:url';
import type { EngineStatus } from '../../protocol/engine';
import type { MetricRow } from '../../domain/metrics';
import { writeCheckpoint } from '../../runs/checkpoint';
import type { TrainRequest } from '../../runs/config';
import type { RunLock } from '../../runs/lock';
import { MAX_RECOVERIES, RATE_DIVISOR } from '../../runs/learning-rate';
import type { LearningRate } from '../../runs/learning-rate';
import type { MetricLine } from '../../runs/metrics';
import { MetricsWriter } from '../../runs/metrics-writer';
import { writeSnapshot } from '../../runs/snapshots';
import type { ResumeChanges } from '../../runs/resume-changes';
import { storageProblem } from '../../runs/storage';
import { maxSteps } from '../../training/minibatch-images';
import type { Model } from '../../model/model';
import { visibleText } from '../../text/visible-text';
import { initialState, newestState, tensorsOf, weightsOf } from '../../model/state';
import { scheduleOf } from '../../training/schedule';
import { train } from '../../training/train';
import type { Divergence, TrainEvent, TrainingEnd } from '../../training/train';
import type { DrawChunk } from '../../training/chunk-prefetcher';
import { RunStatus } from './run-status';
import { startMinibatchWorker } from './minibatch-worker-client';
import type { RunLog } from '../run-log';
import { engineText, openSession, prepare, startAt } from './prepare';
import type { EngineOptions } from '../programs/engine-options';
import type { Prepared } from './prepare';
import { reconstruct } from '../services/reconstructions';
import { Scheduler } from '../scheduler';
import { TrainingControl } from './training-control';
import { shapeOf } from '../../runs/run-shape';
import { formatCount } from '../../text/format-count';

export interface Job extends EngineOptions, ResumeChanges {
  /** An existing folder. */
  readonly runFolder: string;
  /** Null to resume the run. */
  readonly request: TrainRequest | null;
}

export interface JobObserver {
  onRow(row: MetricRow): void;
  onStatus(status: EngineStatus): void;
  /** Called once this process has locked the run. `abandon` releases it when the process must exit without a checkpoint. */
  onLocked?(abandon: () => Promise<void>): void;
  /** Called with the reason if no client can connect; without it, training does not start then. */
  onUnreachable?(reason: string): void;
}

/** Time between attempts to write to a folder that could not be written, in ms. */
const RETRY_MS = 2000;

/** Bytes of a line or of a header, at most. */
const SMALL_BYTES = 64 * 1024;

type TrainingStep = IteratorResult<TrainEvent, TrainingEnd | Divergence>;

/** Returns the bytes that the record of an event takes. */
function bytesOf(next: TrainingStep, { config }: Prepared): number {
  if (next.done || (next.value.type !== 'checkpoint' && next.value.type !== 'snapshot')) return SMALL_BYTES;
  const { state } = next.value;
  const tensors =
    next.value.type === 'checkpoint' ? tensorsOf(config, state) : weightsOf(config, state).tensors;
  return [...tensors.values()].reduce((sum, { data }) => sum + data.byteLength, SMALL_BYTES);
}

/** Returns what `work` throws; null if it succeeds. */
async function failureOf(work: () => Promise<void>): Promise<Error | null> {
  try {
    await work();
    return null;
  } catch (error) {
    return error as Error;
  }
}

/** Training of one run in this process: holds its state and records its events. */
export class Training {
  readonly scheduler = new Scheduler();
  readonly runStatus: RunStatus;
  readonly control = new TrainingControl();
  private prepared: Prepared | null = null;
  private writer: MetricsWriter | null = null;
  private step = 0;

  constructor(
    private readonly job: Job,
    private readonly lock: RunLock,
    private readonly log: RunLog,
    private readonly observer: JobObserver,
  ) {
    this.runStatus = new RunStatus(pathToFileURL(job.runFolder).href, 'preparing');
    this.runStatus.listen({ status: (status) => observer.onStatus(status), reconstructed: () => undefined });
  }

  /** False for a resumed run that has not recorded anything yet: if it fails then, its previous end stays on record. */
  get hasChangedTheRun(): boolean {
    return this.job.request !== null || (this.writer?.hasBegun ?? false);
  }

  model(): Model | null {
    if (!this.prepared) return null;
    const { config, session } = this.prepared;
    return { config, session, shape: shapeOf(config), step: this.step };
  }

  /** Copies the model with its current weights, unaffected by further training. Call inside a scheduler turn. */
  async snapshot(): Promise<{ readonly model: Model; release(): void } | null> {
    const model = this.model();
    if (!this.prepared || !model) return null;
    const state = await model.session.read();
    const session = await this.open();
    await session.load({ ...state, slots: {} });
    return { model: { ...model, session }, release: () => session.dispose() };
  }

  /** Opens another session on the model, without images or weights. */
  open() {
    const { engine, config } = this.prepared!;
    return engine.engine.open(config.model, null, null);
  }

  dataset(): Promise<Prepared['dataset']> {
    return this.prepared
      ? Promise.resolve(this.prepared.dataset)
      : Promise.reject(new Error('not ready yet'));
  }

  async run(signal: AbortSignal): Promise<TrainingEnd> {
    const { job, runStatus } = this;
    const prepared = await prepare({
      runFolder: job.runFolder,
      request: job.request,
      changes: job,
      engineOptions: job,
      signal: AbortSignal.any([signal, this.control.stopSignal]),
      onProgress: (message) => runStatus.update({ message }),
    });
    const { config, engine, start, recorded, decision } = prepared;
    this.prepared = prepared;
    this.step = start.step;
    for (const { title, text } of prepared.report) this.log.write(`${title.padEnd(10)} ${text}`);
    for (const notice of prepared.notices) this.log.write(notice);
    this.log.write(`engine ${engineText(engine)}`);
    const { compileSeconds = 0 } = prepared.session;
    if (compileSeconds > 0) this.log.write(`compiled the training loop in ${compileSeconds.toFixed(1)} s`);
    runStatus.restore(recorded.rows.filter((row) => row.step <= start.step));
    runStatus.update({
      state: 'training',
      // Notices quote file names, which may contain line breaks or control characters.
      message: prepared.notices.map((notice) => visibleText(notice)).join('\n'),
      engine: engineText(engine),
      dataset: prepared.report,
      totalSamples: config.training.samples,
    });
    const { learningRate } = job;
    const resumed: MetricLine = {
      type: 'resumed',
      resumedFrom: start.step,
      ...(learningRate === undefined ? {} : { learningRate }),
      ...(decision?.images ? { images: decision.images } : {}),
    };
    const hasBegun = recorded.rows.length + recorded.notes.length > 0;
    const isResumed = hasBegun || decision?.images;
    const writer = await MetricsWriter.open(job.runFolder, isResumed ? [resumed] : []);
    this.writer = writer;
    try {
      if (decision) {
        await this.lock.assertOurs();
        // The line first: if this process dies between the two, the user is asked again.
        if (decision.images) await writer.sync();
        await decision.record();
      }
      for (;;) {
        const end = await this.steps(this.prepared, writer);
        if (end.state !== 'diverged') return end;
        const failed = await this.recover(this.prepared, writer, end.step);
        if (failed !== null) return failed;
      }
    } finally {
      await writer.close();
    }
  }

  private async steps(prepared: Prepared, writer: MetricsWriter): Promise<TrainingEnd | Divergence> {
    const { config, dataset, split, streamed, engine } = prepared;
    const { ranks } = engine.engine;
    const drawing = startMinibatchWorker(config, split.train, streamed, dataset.numbers ?? null, ranks);
    try {
      return await this.follow(prepared, writer, drawing.draw);
    } finally {
      drawing.close();
    }
  }

  private async follow(
    prepared: Prepared,
    writer: MetricsWriter,
    drawChunk: DrawChunk,
  ): Promise<TrainingEnd | Divergence> {
    const { config, dataset, streamed, split, session, start, recorded } = prepared;
    const rate = recorded.notes.findLast((line) => line.type === 'checkpoints');
    // Rows are further apart in a run that was extended by much, and checkpoints are written at rows.
    const { rowEvery } = scheduleOf(config, split.train.length);
    const measured = Math.ceil((rate?.every ?? 0) / rowEvery) * rowEvery;
    const events = train({
      drawChunk,
      ...(streamed ? { mostSteps: maxSteps(config) } : {}),
      config,
      dataset,
      split,
      session,
      start,
      checkpointEvery: config.checkpointEvery || measured,
      instruction: () => this.control.current,
      now: () => performance.now() / 1000,
      isInUse: () => this.scheduler.isInUse,
    });
    for (;;) {
      // The event is handled inside the turn, so no request sees the engine between a step and its record.
      const { next, failure } = await this.scheduler.turn('training', async () => {
        const event = await events.next();
        return { next: event, failure: await failureOf(() => this.handle(event, prepared, writer)) };
      });
      if (failure !== null) {
        const again = (): Promise<void> =>
          this.scheduler.turn('training', () => this.handle(next, prepared, writer));
        const stopped = await this.untilWritten(failure, bytesOf(next, prepared), again);
        if (stopped !== null) return { state: 'stopped', step: this.step, message: stopped };
      }
      if (next.done) return next.value;
      if (next.value.type === 'paused') {
        this.runStatus.update({ state: 'paused', message: '' });
        await this.control.untilNotPaused();
        if (this.control.current === 'run') this.runStatus.update({ state: 'training' });
      }
    }
  }

  /**
   * Pauses training until the run folder can be written again, and `write` has succeeded. Tries again from time to time, and
   * when the user continues.
   * @param failure of the last attempt @param needed bytes @returns null, or a message if the user stopped training meanwhile
   */
  private async untilWritten(
    failure: Error,
    needed: number,
    write: () => Promise<void>,
  ): Promise<string | null> {
    const { message } = this.runStatus.status;
    for (let last: Error | null = failure; last !== null; last = await failureOf(write)) {
      const problem = await storageProblem(last, this.job.runFolder, needed);
      if (problem === null) throw last;
      if (this.control.current === 'stop') return `stopped without a checkpoint, because ${problem}`;
      if (last === failure) this.log.write(`paused: ${problem}`);
      const text = `Training is paused, because ${problem}. It goes on by itself once it can be written; nothing is lost.`;
      this.runStatus.update({ state: 'paused', message: visibleText(text) });
      await this.control.untilAsked(RETRY_MS);
    }
    this.log.write('the folder can be written again: training goes on');
    this.runStatus.update({ state: 'training', message });
    return null;
  }

  /**
   * Goes back to the newest checkpoint, or to the start, with a lower learning rate. Replaces `prepared`.
   * @param step after which the bound was not finite @returns null, or the end of training if that has been tried often enough
   */
  private async recover(
    prepared: Prepared,
    writer: MetricsWriter,
    step: number,
  ): Promise<TrainingEnd | null> {
    const { config, learningRate } = prepared;
    const newest = await newestState(this.job.runFolder, config, (message) => this.log.write(message));
    const checkpoint = newest?.checkpoint;
    const back = checkpoint?.step ?? 0;
    const value = Number((learningRate.value / RATE_DIVISOR).toPrecision(12));
    if (learningRate.recoveries >= MAX_RECOVERIES) {
      const message = divergedMessage(step, learningRate, value, back);
      const end = { state: 'failed', step: back, message, lowerLearningRate: value } as const;
      await this.record({ type: 'ended', ...end }, writer);
      return end;
    }
    const lowered = { value, recoveries: learningRate.recoveries + 1 };
    const line: MetricLine = { type: 'recovered', step, resumedFrom: back, learningRate: value };
    const stopped = await this.record(line, writer);
    if (stopped !== null) return { state: 'stopped', step: back, message: stopped };
    // In one turn, so that no request sees the engine without weights.
    await this.scheduler.turn('training', async () => {
      prepared.session.dispose();
      const session = await openSession(prepared, value);
      await session.load(newest?.state ?? initialState(config));
      this.runStatus.goBack(back);
      const seconds = this.runStatus.rows.findLast(({ type }) => type === 'train')?.seconds ?? 0;
      const start = startAt(config, checkpoint, seconds);
      this.prepared = { ...prepared, session, learningRate: lowered, start };
      this.step = back;
    });
    const where = checkpoint ? `the checkpoint of step ${formatCount(back)}` : 'its start';
    const message =
      `The bound was not finite after step ${formatCount(step)}: training went back to ${where} and goes on with a tenth of the learning rate, ` +
      `${value} (${lowered.recoveries} of at most ${MAX_RECOVERIES} times).`;
    this.log.write(message);
    this.runStatus.update({ message });
    return null;
  }

  /** Records a line as soon as it can be written. @returns as `untilWritten` */
  private async record(line: MetricLine, writer: MetricsWriter): Promise<string | null> {
    const write = (): Promise<void> => this.appendAndSync(line, writer);
    const failure = await failureOf(write);
    return failure && this.untilWritten(failure, SMALL_BYTES, write);
  }

  private async appendAndSync(line: MetricLine, writer: MetricsWriter): Promise<void> {
    await this.lock.assertOurs();
    await writer.append([line]);
    await writer.sync();
  }

  private async handle(next: TrainingStep, prepared: Prepared, writer: MetricsWriter): Promise<void> {
    if (next.done) {
      const end = next.value;
      if (end.state !== 'diverged') await this.appendAndSync({ type: 'ended', ...end }, writer);
      return;
    }
    const event = next.value;
    switch (event.type) {
      case 'row':
        await this.lock.assertOurs();
        await writer.append([event.row]);
        this.runStatus.addRow(event.row);
        this.observer.onRow(event.row);
        if (event.row.type === 'validation') {
          this.runStatus.setReconstructions(
            await reconstruct(this.model()!, prepared.dataset, prepared.split),
          );
        }
        return;
      case 'checkpointRate':
        await this.lock.assertOurs();
        return writer.append([{ type: 'checkpoints', every: event.every }]);
      case 'checkpoint': {
        await this.lock.assertOurs();
        await writer.sync();
        const { state, memory } = event;
        const tensors = tensorsOf(prepared.config, state);
        return writeCheckpoint(this.job.runFolder, { step: state.step, tensors, ...memory });
      }
      case 'snapshot':
        await this.lock.assertOurs();
        return writeSnapshot(this.job.runFolder, weightsOf(prepared.config, event.state));
      case 'paused':
      case 'progress':
        this.step = event.step;
        return;
      default:
        return event satisfies never;
    }
  }
}

function divergedMessage(
  step: number,
  { value, recoveries }: LearningRate,
  lower: number,
  back: number,
): string {
  const tried = recoveries === 0 ? '' : `, the last of ${recoveries} lower ones`;
  const whole =
    back > 0 ? `The checkpoint of step ${formatCount(back)} is whole: resume it` : 'Resume the run';
  return (
    `Training has diverged: the bound was not finite after step ${formatCount(step)} with a learning rate of ${value}${tried}. ` +
    `${whole} with a lower learning rate (vae resume --set learningRate=${lower}), or train again with other settings.`
  );
}
