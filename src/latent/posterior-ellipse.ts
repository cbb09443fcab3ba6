import type { LatentPlane } from './axes';

/** Covariance of two coordinates. */
interface PlaneCovariance {
  readonly xx: number;
  readonly xy: number;
  readonly yy: number;
}

/** An ellipse around a centre. */
interface Ellipse {
  /** Half of the longer and of the shorter axis. */
  readonly major: number;
  readonly minor: number;
  /** Angle of the longer axis, in radians anticlockwise from the x axis, from -pi/2 to pi/2. */
  readonly angle: number;
}

/**
 * Returns the covariance of a diagonal Gaussian's two coordinates on a plane: a' diag(sigma²) b for each pair of the directions a
 * and b of its axes. @param variances sigma², Nz numbers
 */
export function covarianceOn({ axes }: LatentPlane, variances: ArrayLike<number>): PlaneCovariance {
  const [{ direction: across }, { direction: up }] = axes;
  let [xx, xy, yy] = [0, 0, 0];
  for (let i = 0; i < across.length; i++) {
    xx += across[i]! * across[i]! * variances[i]!;
    xy += across[i]! * up[i]! * variances[i]!;
    yy += up[i]! * up[i]! * variances[i]!;
  }
  return { xx, xy, yy };
}

/**
 * Returns the ellipse at a Mahalanobis distance of `sigmas` from the mean of a normal distribution in the plane: its half axes are
 * `sigmas` times the roots of the covariance's eigenvalues. One at 1 sigma holds 39 % of the distribution, at 2 sigma 86 %
 * (1 - exp(-sigmas² / 2)).
 */
export function ellipseOf({ xx, xy, yy }: PlaneCovariance, sigmas: number): Ellipse {
  const middle = (xx + yy) / 2;
  const root = Math.hypot((xx - yy) / 2, xy);
  return {
    major: sigmas * Math.sqrt(middle + root),
    minor: sigmas * Math.sqrt(Math.max(0, middle - root)),
    angle: Math.atan2(2 * xy, xx - yy) / 2,
  };
}
