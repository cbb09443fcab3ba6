import { pathToFileURL } from 'node:url';
import type { EngineStatus } from '../../protocol/engine';
import type { MetricRow } from '../../domain/metrics';
import { writeCheckpoint } from '../../runs/checkpoint';
import type { TrainRequest } from '../../runs/config';
import type { RunLock } from '../../runs/lock';
import { MetricsWriter, trainingRowsOf } from '../../runs/metrics';
import { writeSnapshot } from '../../runs/snapshots';
import { maxSteps } from '../../training/minibatch-images';
import type { Model } from '../../model/model';
import { visibleText } from '../../text/visible-text';
import { tensorsOf, weightsOf } from '../../model/state';
import { train } from '../../training/train';
import type { TrainEvent, TrainingEnd } from '../../training/train';
import type { DrawChunk } from '../../training/chunk-prefetcher';
import { RunStatus } from './run-status';
import { startMinibatchWorker } from './minibatch-worker-client';
import type { RunLog } from '../run-log';
import { engineText, prepare } from './prepare';
import type { EngineOptions, Prepared } from './prepare';
import { reconstruct } from '../services/reconstructions';
import { Scheduler } from '../scheduler';
import { TrainingControl } from './training-control';
import { shapeOf } from '../../runs/run-shape';

export interface Job extends EngineOptions {
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
      engineOptions: job,
      signal: AbortSignal.any([signal, this.control.stopSignal]),
      onProgress: (message) => runStatus.update({ message }),
    });
    const { config, engine, start, lines } = prepared;
    this.prepared = prepared;
    this.step = start.step;
    for (const notice of prepared.notices) this.log.write(notice);
    this.log.write(`engine ${engineText(engine)}`);
    runStatus.restore(trainingRowsOf(lines).filter((row) => row.step <= start.step));
    runStatus.update({
      state: 'training',
      // Notices quote file names, which may contain line breaks or control characters.
      message: prepared.notices.map((notice) => visibleText(notice)).join('\n'),
      engine: engineText(engine),
      totalSamples: config.training.samples,
    });
    const resumed = [{ type: 'resumed', resumedFrom: start.step }] as const;
    const writer = await MetricsWriter.open(job.runFolder, lines.length > 0 ? resumed : []);
    this.writer = writer;
    try {
      return await this.steps(prepared, writer);
    } finally {
      await writer.close();
    }
  }

  private async steps(prepared: Prepared, writer: MetricsWriter): Promise<TrainingEnd> {
    const { config, split, streamed } = prepared;
    const drawing = startMinibatchWorker(config, split.train, streamed);
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
  ): Promise<TrainingEnd> {
    const { config, dataset, streamed, split, session, start, lines } = prepared;
    const rate = lines.findLast((line) => line.type === 'checkpoints');
    const events = train({
      drawChunk,
      ...(streamed ? { mostSteps: maxSteps(config) } : {}),
      config,
      dataset,
      split,
      session,
      start,
      checkpointEvery: config.checkpointEvery || (rate?.every ?? 0),
      instruction: () => this.control.current,
      now: () => performance.now() / 1000,
    });
    for (;;) {
      // The event is handled inside the turn, so no request sees the engine between a step and its record.
      const next = await this.scheduler.turn('training', async () => {
        const event = await events.next();
        if (!event.done) await this.handle(event.value, prepared, writer);
        return event;
      });
      if (next.done) {
        const { state, step, message } = next.value;
        await this.lock.assertOurs();
        await writer.append([{ type: 'ended', state, step, message }]);
        await writer.sync();
        return next.value;
      }
      if (next.value.type === 'paused') {
        this.runStatus.update({ state: 'paused', message: '' });
        await this.control.untilNotPaused();
        if (this.control.current === 'run') this.runStatus.update({ state: 'training' });
      }
    }
  }

  private async handle(event: TrainEvent, prepared: Prepared, writer: MetricsWriter): Promise<void> {
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
