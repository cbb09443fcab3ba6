import type { MapColumn } from '../../src/protocol/map';
import type { SnapshotList, SnapshotView, TimeImages, TimePoints } from '../../src/protocol/time';
import type { ExplorerClient } from '../shared/explorer-model';

/** What is kept of what was shown, in bytes: going back over it is instant. */
const MAX_CACHE_BYTES = 64 * 1024 * 1024;
/** A grid over a latent space of two dimensions or one, draws of the prior of more. */
const GRID = { side: 11 } as const satisfies TimePoints;
const DRAWS = { count: 40, seed: 0 } as const satisfies TimePoints;
/** Pictures in a row of each. */
export const columnsOf = (latent: number): number => (latent <= 2 ? GRID.side : 10);

/** The snapshots of one run as they are pulled from its engine. */
export class SnapshotStore {
  list: SnapshotList | null = null;
  /** Null until they are known, and where the dataset cannot be read. */
  images: TimeImages | null = null;
  private readonly kept = new Map<string, SnapshotView>();

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

  /** The snapshot of this step, else the last one before it; the newest for -1. */
  nearest(step: number): number {
    if (step < 0) return this.newest;
    return this.steps.findLast((at) => at <= step) ?? this.steps[0] ?? -1;
  }

  async pullList(): Promise<void> {
    const before = this.newest;
    this.list = await this.client.call('snapshots', {});
    // Places of before are turned to a snapshot that is the newest no more.
    if (this.newest !== before) this.kept.clear();
  }

  async pullImages(): Promise<void> {
    this.images ??= await this.client.call('timeImages', {});
  }

  known(step: number, align: boolean): SnapshotView | undefined {
    return this.kept.get(keyOf(step, align));
  }

  async pull(step: number, align: boolean): Promise<SnapshotView | null> {
    const known = this.known(step, align);
    if (known) return known;
    const axes: readonly [MapColumn, MapColumn] =
      this.latent === 1 ? ['mean:0', 'pc:0'] : this.latent === 2 ? ['mean:0', 'mean:1'] : ['pc:0', 'pc:1'];
    const points = this.latent <= 2 ? GRID : DRAWS;
    const view = await this.client.call('atSnapshot', { step, axes, align, points });
    if (view === null || view.newest !== this.newest) return view;
    this.kept.set(keyOf(step, align), view);
    const most = Math.max(2, Math.floor(MAX_CACHE_BYTES / bytesOf(view)));
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= most) break;
      this.kept.delete(oldest);
    }
    return view;
  }

  /** What is known of the way of image `index`, in order of steps. */
  way(index: number, align: boolean): [x: number, y: number][] {
    return this.steps.flatMap((step) => {
      const places = this.known(step, align)?.places;
      return places ? [[places.x[index]!, places.y[index]!] as [number, number]] : [];
    });
  }
}

const keyOf = (step: number, align: boolean): string => `${step} ${align}`;

function bytesOf({ places, reconstructions, z, pictures }: SnapshotView): number {
  const pixels = pictures.bytes.length + (reconstructions?.bytes.length ?? 0);
  return pixels + z.byteLength + 2 * (places?.x.byteLength ?? 0);
}
