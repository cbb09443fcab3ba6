import type { Dataset } from '../../datasets/dataset';
import { splitDataset } from '../../datasets/split';
import type { Session } from '../../engine/engine';
import type { Pictures } from '../../domain/pictures';
import { RpcError } from '../../protocol/rpc';
import type { Probe } from '../../protocol/latent';
import type { PlaceThen } from '../../protocol/schemas/latent';
import type { MapAxes } from '../../protocol/schemas/values';
import type { SnapshotList, SnapshotPlaces, SnapshotView, TimeImages } from '../../protocol/time';
import { listSnapshots, readSnapshot } from '../../runs/snapshots';
import { posteriorMeans } from '../../model/active-units';
import { trackedRows } from '../../model/tracked-images';
import { decodePictures } from '../../model/decode';
import { norms } from '../../latent/gaussian';
import type { LatentPlane } from '../../latent/axes';
import { rowsOf } from '../../latent/rows';
import type { Model } from '../../model/model';
import { samplePoints } from '../../model/sample-latent';
import { stateOfSnapshot } from '../../model/state';
import { surfaceGrid } from '../../model/latent-grid';
import { LruCache } from '../../shared/lru-cache';
import { decodeInTurns } from '../services/decode-in-turns';
import { reconstruct, shownRows } from '../services/reconstructions';
import type { Scheduler } from '../scheduler';
import type { EncodedDataset } from '../map/encoded-dataset';
import { SnapshotTurn } from './snapshot-turn';
import { checkCount } from '../services/request-checks';
import type { PlacesRequest, SnapshotRequest, TimePoints } from '../../protocol/schemas/time';
import { modelOf } from '../ready-model';
import { Queues } from '../../shared/queues';

/** Size limit of each cache, in bytes. */
const MAX_CACHE_BYTES = 16 * 1024 * 1024;
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

/** The tracked images that are on the map, and where a snapshot has them. */
interface Placed {
  /** Their indices on the map. */
  readonly indices: Uint32Array;
  /** Their posterior means by the snapshot, count × Nz. */
  readonly means: Float32Array;
  readonly turn: SnapshotTurn;
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
  /** Posterior means of the tracked images by step, count × Nz. */
  private readonly means = new LruCache<Float32Array>(MAX_CACHE_BYTES);
  private readonly reconstructions = new LruCache<Pictures>(MAX_CACHE_BYTES);
  private readonly decoded = new LruCache<{ z: Float32Array; pictures: Pictures }>(MAX_CACHE_BYTES);
  private readonly placed = new LruCache<Placed>(MAX_CACHE_BYTES);

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
    const { labels } = dataset;
    return {
      ids: Array.from(rows, (row) => dataset.id(row)),
      labels: labels ? Int32Array.from(rows, (row) => labels.values[row]!) : null,
      total: dataset.count,
      shown: Array.from(shown, (row) => dataset.id(row)),
      originals: { ...shape, count: shown.length, bytes: dataset.images.gather(shown) },
    };
  }

  /** Returns the view of a snapshot. @throws RpcError `not-found` if it does not exist; the signal's reason once aborted */
  at({ step, points }: SnapshotRequest, signal: AbortSignal): Promise<SnapshotView> {
    return this.inTurn(step, signal, async (either) => {
      const { z, pictures } = await this.decode(step, points, either);
      const dataset = await this.options.dataset().catch(() => null);
      const reconstructions = dataset && (await this.reconstruct(step, dataset, either));
      return { step, reconstructions, z, pictures };
    });
  }

  /**
   * Places the tracked images on two axes of the map.
   * @throws RpcError `not-found` if there is no such snapshot, `bad-input` for axes that are not both coordinates of latent space
   */
  places(request: PlacesRequest, set: EncodedDataset, signal: AbortSignal): Promise<SnapshotPlaces> {
    const plane = planeOf(set, request);
    return this.inTurn(request.step, signal, async (either) => {
      const { indices, means, turn } = await this.place(request, set, either);
      return { indices, ...turn.placesOn(plane, means), aligned: turn.isTurned };
    });
  }

  /** Decodes a position on the map of an earlier step by the weights of that step. @throws RpcError as `places` does */
  probe(place: PlaceThen, set: EncodedDataset, signal: AbortSignal): Promise<Probe> {
    const { at, snapshot } = place;
    const { step, align } = snapshot;
    const plane = planeOf(set, place);
    return this.inTurn(step, signal, async (either) => {
      const turn = align
        ? (await this.place({ ...snapshot, key: place.key }, set, either)).turn
        : SnapshotTurn.none(set.latents.dimensions);
      const z = turn.pointAt(plane, at);
      const model = await this.load(step);
      const picture = await this.options.scheduler.turn('interactive', () => decodePictures(model, z, 1));
      const norm = norms(z, z.length)[0]!;
      return { z, picture, norm, density: null, nearest: null, standsFor: null, step };
    });
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

  /** Runs `work` with the session, after the requests before it. @throws RpcError `not-found` if there is no such snapshot */
  private inTurn<T>(
    step: number,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const either = AbortSignal.any([signal, this.closing.signal]);
    return this.turns.run(SESSION, async () => {
      either.throwIfAborted();
      const { steps } = await this.list();
      if (steps.includes(step)) return work(either);
      const known = steps.length === 0 ? 'the run keeps none' : `there are those of ${steps.join(', ')}`;
      throw new RpcError('not-found', `there is no snapshot of step ${step}: ${known}`);
    });
  }

  private async place(
    { step, align, key }: Pick<PlacesRequest, 'step' | 'align' | 'key'>,
    set: EncodedDataset,
    signal: AbortSignal,
  ): Promise<Placed> {
    const name = `${step} ${align} ${key}`;
    const known = this.placed.get(name);
    if (known) return known;
    const dataset = await this.options.dataset();
    const { dimensions } = set.latents;
    const own = await this.encode(step, dataset, signal);
    // An image that the map lacks, or the other way round, is left out: the dataset may have changed in between.
    const found = Array.from(trackedRows(this.model().config, dataset), (row, i) => {
      const index = set.indexOf(dataset.id(row));
      return index === undefined ? [] : [{ i, index }];
    }).flat();
    const indices = Uint32Array.from(found, ({ index }) => index);
    const means = rowsOf(
      own,
      dimensions,
      found.map(({ i }) => i),
    );
    const turn = align
      ? SnapshotTurn.between(means, set.meansOf(indices), dimensions)
      : SnapshotTurn.none(dimensions);
    const result = { indices, means, turn };
    this.placed.set(name, result, indices.byteLength + means.byteLength + 8 * dimensions ** 2);
    return result;
  }

  private async encode(step: number, dataset: Dataset, signal: AbortSignal): Promise<Float32Array> {
    const known = this.means.get(String(step));
    if (known) return known;
    const { session, config } = await this.load(step);
    const encoding = posteriorMeans(session, config.model.latent, dataset, trackedRows(config, dataset));
    const { means } = await this.options.scheduler.drive('evaluation', encoding, signal);
    this.means.set(String(step), means, means.byteLength);
    return means;
  }

  private async reconstruct(step: number, dataset: Dataset, signal: AbortSignal): Promise<Pictures> {
    const known = this.reconstructions.get(String(step));
    if (known) return known;
    const model = await this.load(step);
    signal.throwIfAborted();
    const split = splitDataset(dataset, model.config.data.split);
    const { reconstructions } = await this.options.scheduler.turn('evaluation', () =>
      reconstruct(model, dataset, split),
    );
    this.reconstructions.set(String(step), reconstructions, reconstructions.bytes.length);
    return reconstructions;
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

/** @throws RpcError `bad-input` for axes without a plane, `superseded` for an earlier encoding */
function planeOf(set: EncodedDataset, { key, x, y }: MapAxes): LatentPlane {
  const plane = set.plane({ key, x, y });
  if (plane !== null) return plane;
  throw new RpcError('bad-input', `axes: got '${x}' and '${y}', expected two of mean:0, pc:0 and the like`);
}
