import { Covariance, project } from '../../latent/pca';
import type { PrincipalComponents } from '../../latent/pca';
import { procrustes, transformed } from '../../latent/procrustes';
import type { MapColumn } from '../../protocol/map';
import { RpcError } from '../../protocol/rpc';
import type { SnapshotPlaces } from '../../protocol/time';
import type { SnapshotRequest } from '../../protocol/schemas/time';

/** Maximum latent dimension for Procrustes alignment, whose cost is cubic in it. */
const MAX_ALIGNED_DIMENSIONS = 200;

/** The posterior means of the newest snapshot, to which those of other snapshots are aligned. */
export class NewestPlaces {
  private readonly components: PrincipalComponents;

  /** @param means count × Nz @param dimensions Nz */
  constructor(
    readonly step: number,
    private readonly means: Float32Array,
    private readonly dimensions: number,
  ) {
    const covariance = new Covariance(dimensions);
    covariance.add(means);
    this.components = covariance.components();
  }

  /**
   * Projects another snapshot's posterior means onto axes of the newest. Aligns them first, in all latent dimensions, so that
   * movement shows what the model has learnt and not an arbitrary rotation of its latent space.
   * @param means count × Nz @throws RpcError `bad-input` for a column that is not an axis
   */
  of(means: Float32Array, { axes, align }: Pick<SnapshotRequest, 'axes' | 'align'>): SnapshotPlaces {
    const { dimensions, components } = this;
    const aligned = align && dimensions <= MAX_ALIGNED_DIMENSIONS;
    const shown = aligned ? transformed(means, procrustes(means, this.means, dimensions), dimensions) : means;
    const whole = components.variances.reduce((sum, value) => sum + value, 0) || 1;
    return {
      x: this.column(shown, axes[0]),
      y: this.column(shown, axes[1]),
      aligned,
      frame: Float32Array.from(axes.flatMap((axis) => ends(this.column(this.means, axis)))),
      shares: Float32Array.from(components.variances, (value) => value / whole),
    };
  }

  private column(means: Float32Array, axis: MapColumn): Float32Array {
    const { dimensions } = this;
    const [, kind, number] = /^(mean|pc):(\d+)$/.exec(axis) ?? [];
    if (number === undefined || Number(number) >= dimensions) {
      const expected = `expected pc:0 to pc:${dimensions - 1}, or mean:0 and the like`;
      throw new RpcError('bad-input', `axis: got '${axis}', ${expected}`);
    }
    if (kind === 'pc') return project(this.components, means, Number(number));
    return means.filter((_, i) => i % dimensions === Number(number));
  }
}

function ends(values: Float32Array): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}
