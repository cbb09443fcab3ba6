import type { SnapshotList, SnapshotPlaces, SnapshotView, TimeImages } from '../../src/protocol/time';
import type { PlacesRequest, TimePoints } from '../../src/protocol/schemas/time';
import type { ExplorerClient } from './explorer-client';
import { ifReady } from './if-ready';
import { LruCache } from '../../src/shared/lru-cache';

/** Size limits of the caches, so that going back is instant. */
const MAX_VIEW_BYTES = 48 * 1024 * 1024;
const MAX_PLACES_BYTES = 16 * 1024 * 1024;
/** Points to decode: a grid for one or two latent dimensions, draws from the prior for more. */
const GRID = { side: 11 } as const satisfies TimePoints;
const DRAWS = { count: 40, seed: 0 } as const satisfies TimePoints;
/** Returns the pictures per row. */
export const columnsOf = (latent: number): number => (latent <= 2 ? GRID.side : 10);

/** On which axes of which map the images of a snapshot are placed, and whether they are turned onto those of the map. */
export type SnapshotFrame = Omit<PlacesRequest, 'step'>;

/** The snapshots of one run, pulled from its engine and cached. */
export class SnapshotStore {
  list: SnapshotList | null = null;
  /** Null until they are loaded, and if the dataset cannot be read. */
  images: TimeImages | null = null;
  private views = new LruCache<SnapshotView>(MAX_VIEW_BYTES);
  private places = new LruCache<SnapshotPlaces>(MAX_PLACES_BYTES);

  constructor(
    private readonly client: ExplorerClient,
    readonly latent: number,
  ) {}

  get steps(): readonly number[] {
    return this.list?.steps ?? [];
  }

  async pullList(): Promise<void> {
    const before = this.steps.at(-1) ?? -1;
    this.list = await ifReady(this.client.call('snapshots', {}));
    if (this.list === null || (this.steps.at(-1) ?? -1) >= before) return;
    // The run has gone on from an earlier checkpoint, and its later snapshots are made anew.
    this.views = new LruCache(MAX_VIEW_BYTES);
    this.places = new LruCache(MAX_PLACES_BYTES);
  }

  async pullImages(): Promise<void> {
    this.images ??= await ifReady(this.client.call('timeImages', {}));
  }

  known(step: number): SnapshotView | undefined {
    return this.views.get(String(step));
  }

  async pull(step: number): Promise<SnapshotView | null> {
    const known = this.known(step);
    if (known) return known;
    const points = this.latent <= 2 ? GRID : DRAWS;
    const view = await ifReady(this.client.call('atSnapshot', { step, points }));
    if (view !== null) this.views.set(String(step), view, bytesOf(view));
    return view;
  }

  knownPlaces(step: number, frame: SnapshotFrame): SnapshotPlaces | undefined {
    return this.places.get(`${step} ${frameKey(frame)}`);
  }

  async pullPlaces(step: number, frame: SnapshotFrame): Promise<SnapshotPlaces | null> {
    const known = this.knownPlaces(step, frame);
    if (known) return known;
    const places = await ifReady(this.client.call('placesAtSnapshot', { step, ...frame }));
    if (places !== null) this.places.set(`${step} ${frameKey(frame)}`, places, 3 * places.x.byteLength);
    return places;
  }

  /** Returns the cached positions of the image with this index on the map, ordered by step. */
  way(index: number, frame: SnapshotFrame): [x: number, y: number][] {
    return this.steps.flatMap((step) => {
      const places = this.knownPlaces(step, frame);
      const i = places?.indices.indexOf(index) ?? -1;
      return places === undefined || i < 0 ? [] : [[places.x[i]!, places.y[i]!] as [number, number]];
    });
  }
}

export const frameKey = ({ key, x, y, align }: SnapshotFrame): string => `${key} ${x} ${y} ${align}`;

function bytesOf({ reconstructions, z, pictures }: SnapshotView): number {
  return pictures.bytes.length + (reconstructions?.bytes.length ?? 0) + z.byteLength;
}
