import { newestCheckpoint, removeCheckpointLeftovers, writeCheckpoint } from '../../../src/runs/checkpoint';
import { LockedError, RunLock } from '../../../src/runs/lock';
import type { MetricLine } from '../../../src/runs/metric-line';
import { readMetricLines, readMetrics } from '../../../src/runs/metrics';
import { MetricsWriter } from '../../../src/runs/metrics-writer';
import { RunError } from '../../../src/runs/run-error';
import { isFull } from '../../../src/runs/storage';
import { listRuns } from '../../../src/runs/store';
import { addTag, readTags } from '../../../src/runs/tags';

/** What the simulated processes tell the one who watches. */
export interface Observer {
  /** This process has the run to itself until `letsGo`. */
  holds(): void;
  letsGo(): void;
  /** The checkpoint of this step is on the disk. */
  wroteCheckpoint(step: number): void;
  addedTag(name: string): void;
  /** The newest step whose checkpoint is known to be on the disk; 0 for none. */
  newest(): number;
  /** The newest checkpoint that was found, and the values in its weights; step 0 if there is none. */
  sawCheckpoint(step: number, values: readonly number[], atLeast: number): void;
  sawCurve(steps: readonly number[], atLeast: number): void;
  /** The tags known to be on the disk. */
  tags(): readonly string[];
  sawTags(names: readonly string[], atLeast: readonly string[]): void;
  /** What is wrong with the list of runs. */
  sawDamage(message: string): void;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Values in a checkpoint. */
const LENGTH = 200;

/** Does `work` as soon as the disk has room, as training does. */
async function onceThereIsRoom(work: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isFull(error)) throw error;
      await sleep(2000);
    }
  }
}

/** Records a run up to a step, from its newest checkpoint on: the calls of src/engine-process/jobs/training.ts, without an engine. */
export async function train(runFolder: string, steps: number, observer: Observer): Promise<void> {
  let lock: RunLock;
  try {
    lock = await RunLock.take(runFolder);
  } catch (error) {
    if (error instanceof LockedError || isFull(error)) return;
    throw error;
  }
  observer.holds();
  await removeCheckpointLeftovers(runFolder);
  const from = await seeCheckpoint(runFolder, observer);
  const lines = await readMetricLines(runFolder);
  const first: MetricLine[] = lines.length > 0 ? [{ type: 'resumed', resumedFrom: from }] : [];
  let writer: MetricsWriter | undefined;
  await onceThereIsRoom(async () => {
    writer = await MetricsWriter.open(runFolder, first);
  });
  const record = (line: MetricLine): Promise<void> =>
    onceThereIsRoom(async () => {
      await lock.assertOurs();
      await writer!.append([line]);
    });
  for (let step = from + 1; step <= steps; step++) {
    const bound = { elbo: -step, reconstruction: -step, kl: 0 };
    await record({ type: 'train', step, samples: step, seconds: step, ...bound });
    if (step % 2 === 0) await onceThereIsRoom(() => save(runFolder, step, lock, writer!));
    if (step % 2 === 0) observer.wroteCheckpoint(step);
  }
  await record({ type: 'ended', state: 'finished', step: steps, message: '' });
  await writer!.sync();
  await writer!.close();
  observer.letsGo();
  await lock.release();
}

async function save(runFolder: string, step: number, lock: RunLock, writer: MetricsWriter): Promise<void> {
  await lock.assertOurs();
  await writer.sync();
  const tensors = new Map([['w', { shape: [LENGTH], data: new Float32Array(LENGTH).fill(step) }]]);
  await writeCheckpoint(runFolder, { step, tensors, best: null, row: null });
}

/** @returns the step of the newest checkpoint */
async function seeCheckpoint(runFolder: string, observer: Observer): Promise<number> {
  const atLeast = observer.newest();
  const newest = await newestCheckpoint(runFolder, (message) => observer.sawDamage(message));
  const step = newest?.step ?? 0;
  observer.sawCheckpoint(step, [...new Set(newest?.tensors.get('w')?.data)], atLeast);
  return step;
}

/** Tries again when others had the file for too long, as the message asks. */
async function untilChanged(change: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await change();
    } catch (error) {
      if (!(error instanceof RunError && error.message.includes('was not changed'))) throw error;
    }
  }
}

/** Adds tags one after another, as somebody in a window of the editor. */
export async function tag(runFolder: string, names: readonly string[], observer: Observer): Promise<void> {
  for (const name of names) {
    await onceThereIsRoom(() => untilChanged(() => addTag(runFolder, name, [`${name}.png`])));
    observer.addedTag(name);
  }
}

/** Reads all that a run shows, a number of times. */
export async function read(
  runsRoot: string,
  runFolder: string,
  times: number,
  observer: Observer,
): Promise<void> {
  for (let i = 0; i < times; i++) {
    const runs = await listRuns(runsRoot, (message) => observer.sawDamage(message));
    if (runs.length !== 1) observer.sawDamage(`${runs.length} runs are listed`);
    await seeCheckpoint(runFolder, observer);
    const atLeast = observer.newest();
    const rows = await readMetrics(runFolder);
    observer.sawCurve(
      rows.map(({ step }) => step),
      atLeast,
    );
    const tags = observer.tags();
    observer.sawTags(
      (await readTags(runFolder)).map(({ name }) => name),
      tags,
    );
    await sleep(500);
  }
}
