import type { Dataset } from '../../datasets/dataset';
import { classesOf } from '../../engine/onnx/opened/classifier-use';
import type { Pictures } from '../../domain/pictures';
import { classifyPictures, rangesOf } from '../../model/classify';
import type { Classify } from '../../model/classify';
import type { ClassifierState } from '../../protocol/classifier';
import { RpcError } from '../../protocol/rpc';
import {
  classifierKey,
  readClassProbabilities,
  writeClassProbabilities,
} from '../../runs/class-probabilities';
import type { ClassProbabilities } from '../../runs/class-probabilities';
import { readClassifier } from '../../runs/classifier';
import type { AttachedClassifier } from '../../runs/classifier';
import { RunError } from '../../runs/run-error';
import { mostProbable } from '../../columns/class-probabilities';
import { BackgroundJob } from '../background-job';
import type { EngineOptions } from '../programs/engine-options';
import type { ClassifierRuntime } from './classifier-methods';
import { ClassifierProcess } from './classifier-process';

export interface RunClassifierOptions {
  readonly runFolder: string;
  /** What computes where it can run ONNX files; others leave that to ONNX Runtime. */
  readonly engine: EngineOptions;
  /** The dataset in the model's shape. */
  dataset(): Promise<Dataset>;
  readonly log: (message: string) => void;
}

/** A classifier with its process, which ends after a while without calls: it holds the file and a library in memory. */
interface Running {
  readonly key: string;
  readonly process: ClassifierProcess;
  readonly opened: Promise<unknown>;
  isOpen: boolean;
  idle: NodeJS.Timeout | undefined;
}

/** Maximum time of a call of 16 images: what takes this long does not end, or is of no use. In ms. */
const CALL_MS = 120_000;
const IDLE_MS = 120_000;
/** Maximum numbers kept for all images: 256 MB. */
const MAX_KEPT_NUMBERS = 2 ** 26;

/** The classifier that is attached to the run: read anew whenever it is used, as another window or `vae` may change it. */
export class RunClassifier {
  private readonly job: BackgroundJob<NonNullable<ClassifierState['job']>>;
  private running: Running | null = null;
  private loaded: { readonly key: string; readonly values: Promise<ClassProbabilities | null> } | undefined;

  constructor(private readonly options: RunClassifierOptions) {
    this.job = new BackgroundJob((message) => options.log(`classifying all images failed: ${message}`));
  }

  get busy(): boolean {
    return this.job.progress !== null;
  }

  /** @param fingerprint of the map's images; null without a map */
  async state(fingerprint: string | null): Promise<ClassifierState> {
    const { progress, error } = this.job;
    let attached: AttachedClassifier | null;
    try {
      attached = await readClassifier(this.options.runFolder);
    } catch (problem) {
      return { classifier: null, classified: null, job: null, error: (problem as Error).message };
    }
    if (attached === null) return { classifier: null, classified: null, job: null, error: '' };
    const { use, names, from } = attached;
    const { width, height, channels } = use;
    const key = classifierKey(attached);
    const kept = await this.kept(key);
    return {
      classifier: { key, from, names, width, height, channels },
      classified: kept && {
        count: kept.count,
        images: countsOf(kept),
        areOfMap: fingerprint === null ? null : kept.fingerprint === fingerprint,
      },
      job: progress,
      error,
    };
  }

  /** @throws RpcError `not-ready` if there is none; RunError if it is damaged */
  async attached(): Promise<AttachedClassifier> {
    const attached = await readClassifier(this.options.runFolder);
    if (attached !== null) return attached;
    throw new RpcError('not-ready', 'no classifier is attached to this run');
  }

  /** Returns what the attached classifier says about all images; null if there is none, or it has not classified them. */
  async probabilities(): Promise<(ClassProbabilities & Pick<AttachedClassifier, 'names' | 'from'>) | null> {
    // One that is damaged takes no column away: `state` says why it cannot be used.
    const attached = await readClassifier(this.options.runFolder).catch(() => null);
    const kept = attached && (await this.kept(classifierKey(attached)));
    return kept && { ...kept, names: attached.names, from: attached.from };
  }

  /**
   * Classifies pictures. @returns pictures.count × classes
   * @throws as `attached`; Error with what went wrong; the signal's reason
   */
  async classify(pictures: Pictures, signal: AbortSignal): Promise<Float32Array> {
    const attached = await this.attached();
    const steps = this.steps(attached, rangesOf(pictures), signal);
    for (;;) {
      const next = await steps.next();
      if (next.done) return next.value;
      signal.throwIfAborted();
    }
  }

  /**
   * Classifies all images and keeps what is found in the run folder. @returns why that could not be saved, or an empty text
   * @throws as `classify`; DataError
   */
  async classifyAll(
    report: (progress: { done: number; total: number }) => void,
    signal: AbortSignal,
  ): Promise<{ readonly made: ClassProbabilities; readonly failure: string }> {
    const attached = await this.attached();
    const dataset = await this.options.dataset();
    signal.throwIfAborted();
    const { count, shape, images, fingerprint } = dataset;
    const classes = classesOf(attached.use);
    if (count * classes > MAX_KEPT_NUMBERS)
      throw new RunError(
        `got ${count} images and ${classes} classes, which are ${count * classes} numbers, expected at most ${MAX_KEPT_NUMBERS}: paths and regions are classified all the same`,
      );
    report({ done: 0, total: count });
    const all = { shape, count, range: (first: number, number: number) => images.range(first, number) };
    const steps = this.steps(attached, all, signal);
    for (;;) {
      const next = await steps.next();
      signal.throwIfAborted();
      if (!next.done) {
        report({ done: next.value, total: count });
        continue;
      }
      const classifier = classifierKey(attached);
      const made: ClassProbabilities = { classifier, fingerprint, count, classes, values: next.value };
      // What is found is shown even if it cannot be saved.
      this.loaded = { key: classifier, values: Promise.resolve(made) };
      const failure = await writeClassProbabilities(this.options.runFolder, made).then(
        () => '',
        (error: Error) => `the probabilities could not be saved: ${error.message}`,
      );
      return { made, failure };
    }
  }

  /** Starts to classify all images. @throws as `attached` */
  async start(): Promise<void> {
    await this.attached();
    if (this.busy) return;
    this.job.start({ done: 0, total: 0 }, async (report, signal) => {
      const { failure } = await this.classifyAll(report, signal);
      return failure;
    });
  }

  cancel(): void {
    this.job.cancel();
  }

  close(): void {
    this.cancel();
    this.end();
  }

  private steps(
    attached: AttachedClassifier,
    pictures: Parameters<typeof classifyPictures>[3],
    signal: AbortSignal,
  ): ReturnType<typeof classifyPictures> {
    const classify: Classify = (images, count) => this.call(attached, images, count, signal);
    return classifyPictures(classify, attached.use, classesOf(attached.use), pictures);
  }

  /** Classifies with the process of this classifier, which is started or replaced first where that is needed. */
  private async call(
    attached: AttachedClassifier,
    images: Uint8Array,
    count: number,
    signal: AbortSignal,
  ): Promise<Float32Array> {
    const key = classifierKey(attached);
    if (this.running?.key !== key) this.end();
    const running = (this.running ??= this.begin(key));
    clearTimeout(running.idle);
    try {
      await running.opened;
      return await running.process.call('classify', { images, count }, signal);
    } catch (error) {
      // What is not a reply is the end of the process: the next call begins anew.
      const isOver = !(error instanceof RpcError) || !running.isOpen;
      if (isOver && !signal.aborted && this.running === running) this.end();
      throw error;
    } finally {
      if (this.running === running) running.idle = setTimeout(() => this.end(), IDLE_MS).unref();
    }
  }

  private begin(key: string): Running {
    const { runFolder, engine } = this.options;
    const runtime: ClassifierRuntime = {
      engine: engine.engine === 'wasm' ? 'wasm' : 'auto',
      ...{ threads: engine.threads, callMs: CALL_MS },
    };
    const process = new ClassifierProcess();
    const opened = process.call('open', { of: { runFolder }, runtime });
    const running: Running = { key, process, opened, isOpen: false, idle: undefined };
    opened.then(
      () => (running.isOpen = true),
      () => undefined,
    );
    return running;
  }

  private end(): void {
    clearTimeout(this.running?.idle);
    this.running?.process.dispose();
    this.running = null;
  }

  private kept(key: string): Promise<ClassProbabilities | null> {
    if (this.loaded?.key === key) return this.loaded.values;
    const values = readClassProbabilities(this.options.runFolder, key, this.options.log);
    const loaded = { key, values };
    this.loaded = loaded;
    const forget = (): void => {
      if (this.loaded === loaded) this.loaded = undefined;
    };
    // What is not there yet may be written by another window or `vae`.
    values.then((found) => found === null && forget(), forget);
    return values;
  }
}

function countsOf({ values, classes }: ClassProbabilities): Uint32Array {
  const counts = new Uint32Array(classes);
  for (const top of mostProbable(values, classes)) counts[top]!++;
  return counts;
}
