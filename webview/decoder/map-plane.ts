import type { ExplorerEvents } from '../../src/protocol/panel';
import type { Client } from '../../src/protocol/rpc';
import type { LatentPlace } from '../../src/protocol/schemas/latent';
import type { ExplorerMethods } from '../../src/protocol/schemas/panel';

/** A position on the map: two axes of an encoding of the images, and the coordinates along them. */
type MapPlace = Extract<LatentPlace, { readonly at: unknown }>;

/** Where a map's axes cross, and the steps by one along each: Nz numbers. */
interface Plane {
  readonly origin: Float32Array;
  readonly across: Float32Array;
  readonly up: Float32Array;
}

/** Positions that tell where a plane lies in latent space. */
const CORNERS = Float32Array.of(0, 0, 1, 0, 0, 1);

/**
 * The points of latent space under positions on the map. On axes that are coordinates they lie in a plane (src/latent/axes.ts),
 * which the engine is asked for once. A UMAP layout has no such plane.
 */
export class MapPlane {
  private readonly planes = new Map<string, Plane | null>();

  constructor(private readonly client: Pick<Client<ExplorerMethods, ExplorerEvents>, 'call'>) {}

  /** Returns the point under a position; null while the plane is not known, or if there is none. */
  pointAt({ key, x, y, at: [a, b] }: MapPlace): Float32Array | null {
    if (x.startsWith('umap:') || y.startsWith('umap:')) return null;
    const name = [key, x, y].join(' ');
    const plane = this.planes.get(name);
    if (plane === undefined) void this.fetch(name, { key, x, y });
    return plane ? plane.origin.map((value, i) => value + a * plane.across[i]! + b * plane.up[i]!) : null;
  }

  private async fetch(name: string, axes: Omit<MapPlace, 'at'>): Promise<void> {
    // Planes of other axes are not asked for again before these are left.
    this.planes.clear();
    this.planes.set(name, null);
    try {
      const { z, count } = await this.client.call('mapPoints', { ...axes, places: CORNERS });
      const n = z.length / count;
      const origin = z.subarray(0, n);
      const step = (index: number): Float32Array => origin.map((value, i) => z[index * n + i]! - value);
      if (this.planes.has(name)) this.planes.set(name, { origin, across: step(1), up: step(2) });
    } catch {
      // The images are being encoded again, or no engine answers: the next position asks again.
      this.planes.delete(name);
    }
  }
}
