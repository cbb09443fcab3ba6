import type { Dataset } from '../../datasets/dataset';
import { splitDataset } from '../../datasets/split';
import type { Session } from '../../engine/engine';
import type { Pictures } from '../../domain/pictures';
import { RpcError } from '../../protocol/rpc';
import type { SnapshotList, SnapshotView, TimeImages } from '../../protocol/time';
import { listSnapshots, readSnapshot } from '../../runs/snapshots';
import { posteriorMeans } from '../../model/active-units';
import { trackedRows } from '../../model/tracked-images';
import { splitNumbers } from '../../model/encode-dataset';
import type { Model } from '../../model/model';
import { samplePoints } from '../../model/sample-latent';
import { stateOfSnapshot } from '../../model/state';
import { surfaceGrid } from '../../model/latent-grid';
import { LruCache } from '../../shared/lru-cache';
import { decodeInTurns } from '../services/decode-in-turns';
import { reconstruct, shownRows } from '../services/reconstructions';
import type { Scheduler } from '../scheduler';
import { NewestPlaces } from './align-snapshots';
import { checkCount } from '../services/request-checks';
import type { SnapshotRequest, TimePoints } from '../../protocol/schemas/time';
import { modelOf } from '../ready-model';
import { Queues } from '../../shared/queues';

/** Total size limit of both caches, in bytes. */
const MAX_CACHE_BYTES = 64 * 1024 * 1024;
/** An unused session is disposed after this time, in ms. */
const IDLE_TIMEOUT_MS = 60_000;

export interface SnapshotOptions {
  readonly runFolder: string;
  readonly scheduler: Scheduler;
  /** Returns the model with its newest weights; null while there is none. */
  model(): Model | null;
  dataset(): Promise<Dataset>;
  /** Opens a session on the run's model, without images or weights. Called in a scheduler turn. */
  open(): Promise<Session>;
}

/** Encodings of the tracked images and reconstructions, with the weights of one step. */
interface Encoded {
  /** Posterior means of the tracked images, count × Nz. */
  readonly means: Float32Array;
  readonly reconstructions: Pictures;
}

/** Requests wait for each other to use it. */
const SESSION = 'session';

/**
 * Answers requests about the run's snapshots. Loads one snapshot at a time into a separate session, so that the training
 * weights are untouched, and caches results, so that going back is quick.
 */
export class Snapshots {
  private session: Session | null = null;
  private loaded = -1;
  private idle: NodeJS.Timeout | undefined;
  private readonly turns = new Queues();
  private readonly closing = new AbortController();
  private readonly encoded = new LruCache<Encoded>(MAX_CACHE_BYTES / 2);
  private readonly decoded = new LruCache<{ z: Float32Array; pictures: Pictures }>(MAX_CACHE_BYTES / 2);
  private newest: NewestPlaces | null = null;

  constructor(private readonly options: SnapshotOptions) {}

  async list(): Promise<SnapshotList> {
    const { config, step: now } = this.model();
    const steps = await listSnapshots(this.options.runFolder);
    // A killed run resumes from an earlier checkpoint, so the folder may hold snapshots of later steps.
    const { minibatch } = config.training;
    return { kept: config.snapshots, steps: steps.filter((step) => step <= now), minibatch };
  }

  async images(): Promise<TimeImages> {
    const model = this.model();
    const { config, shape } = model;
    const dataset = await this.options.dataset();
    const split = splitDataset(dataset, config.data.split);
    const rows = trackedRows(config, dataset);
    const shown = shownRows(model, dataset, split);
    const numbers = splitNumbers(split, dataset.count);
    const { labels } = dataset;
    return {
      ids: Array.from(rows, (row) => dataset.id(row)),
      labels: labels ? Int32Array.from(rows, (row) => labels.values[row]!) : null,
      labelNames: labels?.names ?? null,
      splits: Uint8Array.from(rows, (row) => numbers[row]!),
      total: dataset.count,
      shown: Array.from(shown, (row) => dataset.id(row)),
      originals: { ...shape, count: shown.length, bytes: dataset.images.gather(shown) },
    };
  }

  /** Returns the view of a snapshot. @throws RpcError `not-found` if it does not exist; the signal's reason once aborted */
  at(request: SnapshotRequest, signal: AbortSignal): Promise<SnapshotView> {
    const either = AbortSignal.any([signal, this.closing.signal]);
    return this.turns.run(SESSION, () => this.answer(request, either));
  }

  /** Aborts pending requests and disposes the session. */
  async close(): Promise<void> {
    this.closing.abort(new RpcError('closed', 'the engine is ending'));
    await this.giveBack();
    clearTimeout(this.idle);
  }

  /** Disposes the session, after pending requests, which may be using it. */
  private giveBack(): Promise<void> {
    return this.turns.run(SESSION, () => Promise.resolve(this.dispose()));
  }

  private dispose(): void {
    this.session?.dispose();
    this.session = null;
    this.loaded = -1;
  }

  private async answer(request: SnapshotRequest, signal: AbortSignal): Promise<SnapshotView> {
    signal.throwIfAborted();
    const { step, points } = request;
    const { steps } = await this.list();
    if (!steps.includes(step)) {
      const known = steps.length === 0 ? 'the run keeps none' : `there are those of ${steps.join(', ')}`;
      throw new RpcError('not-found', `there is no snapshot of step ${step}: ${known}`);
    }
    const last = steps.at(-1)!;
    const { z, pictures } = await this.decode(step, points, signal);
    const dataset = await this.options.dataset().catch(() => null);
    if (dataset === null) return { step, newest: last, places: null, reconstructions: null, z, pictures };
    if (this.newest?.step !== last) {
      const { means } = await this.encode(last, dataset, signal);
      this.newest = new NewestPlaces(last, means, this.model().config.model.latent);
    }
    const { means, reconstructions } = await this.encode(step, dataset, signal);
    return { step, newest: last, places: this.newest.of(means, request), reconstructions, z, pictures };
  }

  private async encode(step: number, dataset: Dataset, signal: AbortSignal): Promise<Encoded> {
    const key = String(step);
    const known = this.encoded.get(key);
    if (known) return known;
    const { scheduler } = this.options;
    const model = await this.load(step);
    const { session, config } = model;
    const rows = trackedRows(config, dataset);
    const encoding = posteriorMeans(session, config.model.latent, dataset, rows);
    const { means } = await scheduler.drive('evaluation', encoding, signal);
    const split = splitDataset(dataset, config.data.split);
    const { reconstructions } = await scheduler.turn('evaluation', () => reconstruct(model, dataset, split));
    const result = { means, reconstructions };
    this.encoded.set(key, result, means.byteLength + reconstructions.bytes.length);
    return result;
  }

  private async decode(step: number, points: TimePoints, signal: AbortSignal) {
    const key = `${step} ${JSON.stringify(points)}`;
    const known = this.decoded.get(key);
    if (known) return known;
    const z = this.points(points);
    const model = await this.load(step);
    const pictures = await decodeInTurns(this.options, model, z, signal);
    const result = { z, pictures };
    this.decoded.set(key, result, z.byteLength + pictures.bytes.length);
    return result;
  }

  private points(points: TimePoints): Float32Array {
    const model = this.model();
    const { latent } = model.config.model;
    if ('side' in points) {
      checkCount(model, points.side ** 2);
      return surfaceGrid(latent, points.side, { dimensions: [0, Math.min(1, latent - 1)] }).z;
    }
    checkCount(model, points.count);
    return samplePoints(latent, points.count, points.seed, null);
  }

  /** Loads the weights of a step into the session. */
  private async load(step: number): Promise<Model> {
    const { config, shape } = this.model();
    const { runFolder, scheduler } = this.options;
    this.keepAwhile();
    if (this.session && this.loaded === step) return { config, shape, session: this.session, step };
    const state = stateOfSnapshot(config, await readSnapshot(runFolder, step));
    return scheduler.turn('evaluation', async () => {
      const session = (this.session ??= await this.options.open());
      await session.load(state);
      this.loaded = step;
      return { config, shape, session, step };
    });
  }

  private keepAwhile(): void {
    clearTimeout(this.idle);
    this.idle = setTimeout(() => void this.giveBack(), IDLE_TIMEOUT_MS);
    this.idle.unref();
  }

  private model(): Model {
    return modelOf(this.options);
  }
}
