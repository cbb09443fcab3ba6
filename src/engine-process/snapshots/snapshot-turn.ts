import { placeOf, pointsAt } from '../../latent/axes';
import type { LatentPlane } from '../../latent/axes';
import { procrustes, transformed } from '../../latent/procrustes';

/** Maximum latent dimension for Procrustes alignment, whose cost is cubic in it. */
const MAX_ALIGNED_DIMENSIONS = 200;

/**
 * How the latent space of a snapshot lies in that of the map: as it is, or turned about the origin in all latent dimensions, so
 * that movement shows what the model has learnt and not an arbitrary rotation of its latent space.
 */
export class SnapshotTurn {
  /** @param rotation Nz × Nz, row-major: z R is the map's; null for no rotation @param dimensions Nz */
  private constructor(
    private readonly rotation: Float64Array | null,
    private readonly dimensions: number,
  ) {}

  static none(dimensions: number): SnapshotTurn {
    return new SnapshotTurn(null, dimensions);
  }

  /**
   * Returns the turn that lays means nearest to those of the same images on the map; none for too many dimensions.
   * @param then count × Nz @param now count × Nz
   */
  static between(then: Float32Array, now: Float32Array, dimensions: number): SnapshotTurn {
    const isPossible = dimensions <= MAX_ALIGNED_DIMENSIONS;
    return new SnapshotTurn(isPossible ? procrustes(then, now, dimensions) : null, dimensions);
  }

  get isTurned(): boolean {
    return this.rotation !== null;
  }

  /** Returns where means of the snapshot lie on a plane of the map. @param means count × Nz */
  placesOn(plane: LatentPlane, means: Float32Array): { readonly x: Float32Array; readonly y: Float32Array } {
    const { rotation, dimensions } = this;
    const points = rotation === null ? means : transformed(means, rotation, dimensions);
    const count = points.length / dimensions;
    const [x, y] = [new Float32Array(count), new Float32Array(count)];
    for (let i = 0; i < count; i++)
      [x[i], y[i]] = placeOf(plane, points.subarray(i * dimensions, (i + 1) * dimensions));
    return { x, y };
  }

  /** Returns the snapshot's latent point at a position on a plane of the map; Nz numbers. */
  pointAt(plane: LatentPlane, position: readonly [number, number]): Float32Array {
    const { rotation, dimensions } = this;
    const point = pointsAt(plane, Float32Array.from(position));
    // R is orthogonal, so its transpose turns back.
    return rotation === null ? point : transformed(point, transposed(rotation, dimensions), dimensions);
  }
}

const transposed = (matrix: Float64Array, d: number): Float64Array =>
  matrix.map((_, i) => matrix[(i % d) * d + Math.floor(i / d)]!);
