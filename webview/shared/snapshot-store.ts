import type { MapColumn } from '../../src/protocol/map';
import type { SnapshotList, SnapshotView, TimeImages } from '../../src/protocol/time';
import type { TimePoints } from '../../src/protocol/schemas/time';
import type { ExplorerClient } from './explorer-client';
import { ifReady } from './if-ready';
import { LruCache } from '../../src/shared/lru-cache';

/** Size limit of the cache of snapshot views, so that going back is instant. */
const MAX_CACHE_BYTES = 64 * 1024 * 1024;
/** Points to decode: a grid for one or two latent dimensions, draws from the prior for more. */
const GRID = { side: 11 } as const satisfies TimePoints;
const DRAWS = { count: 40, seed: 0 } as const satisfies TimePoints;
/** Returns the pictures per row. */
export const columnsOf = (latent: number): number => (latent <= 2 ? GRID.side : 10);

/** The two columns in which the images of a snapshot are placed. */
export type SnapshotAxes = readonly [MapColumn, MapColumn];

/** How the images of a snapshot are placed. */
export interface SnapshotFrame {
  /** Whether each step is rotated about the origin to lie nearest to the newest. */
  readonly align: boolean;
  readonly axes: SnapshotAxes;
}

/** Returns both latent dimensions if there are no more, else the first two principal components of the newest snapshot. */
export const usualAxes = (latent: number): SnapshotAxes =>
  latent === 1 ? ['mean:0', 'pc:0'] : latent === 2 ? ['mean:0', 'mean:1'] : ['pc:0', 'pc:1'];

/** The snapshots of one run, pulled from its engine and cached. */
export class SnapshotStore {
  list: SnapshotList | null = null;
  /** Null until they are loaded, and if the dataset cannot be read. */
  images: TimeImages | null = null;
  private kept = new LruCache<SnapshotView>(MAX_CACHE_BYTES);

  constructor(
    private readonly client: ExplorerClient,
    readonly latent: number,
  ) {}

  get steps(): readonly number[] {
    return this.list?.steps ?? [];
  }

  get newest(): number {
    return this.steps.at(-1) ?? -1;
  }

  /** Returns the last snapshot at or before `step` (else the first), or the newest for -1; -1 without snapshots. */
  nearest(step: number): number {
    if (step < 0) return this.newest;
    return this.steps.findLast((at) => at <= step) ?? this.steps[0] ?? -1;
  }

  async pullList(): Promise<void> {
    const before = this.newest;
    this.list = await ifReady(this.client.call('snapshots', {}));
    // Cached positions are aligned to a snapshot that is not the newest any more.
    if (this.newest !== before) this.kept = new LruCache(MAX_CACHE_BYTES);
  }

  async pullImages(): Promise<void> {
    this.images ??= await ifReady(this.client.call('timeImages', {}));
  }

  known(step: number, frame: SnapshotFrame): SnapshotView | undefined {
    return this.kept.get(keyOf(step, frame));
  }

  async pull(step: number, frame: SnapshotFrame): Promise<SnapshotView | null> {
    const known = this.known(step, frame);
    if (known) return known;
    const points = this.latent <= 2 ? GRID : DRAWS;
    const view = await ifReady(this.client.call('atSnapshot', { step, ...frame, points }));
    if (view === null || view.newest !== this.newest) return view;
    this.kept.set(keyOf(step, frame), view, bytesOf(view));
    return view;
  }

  /** Returns the cached positions of image `index`, ordered by step. */
  way(index: number, frame: SnapshotFrame): [x: number, y: number][] {
    return this.steps.flatMap((step) => {
      const places = this.known(step, frame)?.places;
      return places ? [[places.x[index]!, places.y[index]!] as [number, number]] : [];
    });
  }
}

const keyOf = (step: number, { align, axes }: SnapshotFrame): string => `${step} ${align} ${axes.join()}`;

function bytesOf({ places, reconstructions, z, pictures }: SnapshotView): number {
  const pixels = pictures.bytes.length + (reconstructions?.bytes.length ?? 0);
  return pixels + z.byteLength + 2 * (places?.x.byteLength ?? 0);
}
