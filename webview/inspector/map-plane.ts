import { pointsAt } from '../../src/latent/axes';
import type { LatentPlane } from '../../src/latent/axes';
import type { LatentPlace } from '../../src/protocol/schemas/latent';
import type { ExplorerClient } from '../shared/explorer-client';

/** A position on the map: two axes of an encoding of the images, and the coordinates along them. */
type MapPlace = Extract<LatentPlace, { readonly at: unknown }>;

/** The points of latent space under positions on the map. The engine is asked once for the plane that two axes show. */
export class MapPlane {
  /** The plane of the axes last asked for; null while it is on its way, and if there is none. */
  private known: { readonly axes: string; readonly plane: LatentPlane | null } | null = null;

  constructor(private readonly client: Pick<ExplorerClient, 'call'>) {}

  /** Returns the point under a position; null while the plane is not known, or if there is none, as for UMAP. */
  pointAt({ key, x, y, at }: MapPlace): Float32Array | null {
    const axes = [key, x, y].join(' ');
    if (this.known?.axes !== axes) void this.fetch(axes, { key, x, y });
    const plane = this.known?.plane ?? null;
    return plane && pointsAt(plane, Float32Array.from(at));
  }

  private async fetch(axes: string, request: Omit<MapPlace, 'at' | 'off' | 'snapshot'>): Promise<void> {
    const asked = { axes, plane: null };
    this.known = asked;
    try {
      const plane = await this.client.call('mapPlane', request);
      if (this.known === asked) this.known = { axes, plane };
    } catch {
      // The images are being encoded again, or no engine answers: the next position asks again.
      if (this.known === asked) this.known = null;
    }
  }
}
