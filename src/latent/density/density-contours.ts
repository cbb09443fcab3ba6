import { contourLines } from './contour-lines';
import { densityAt, kernelDensity } from './kernel-density';

/** The smallest region that holds a share of the points, by the estimated density. */
interface DensityContour {
  /** The share of the points, like 0.5. */
  readonly mass: number;
  /** Density at the region's border, per unit of area. */
  readonly level: number;
  /** Closed lines around the region and around its holes, see `contourLines`. */
  readonly rings: readonly Float32Array[];
}

/**
 * Returns the borders of highest-density regions of points in the plane: of the density estimated by `kernelDensity`, the region
 * above the level that a share of the points reaches (R. J. Hyndman, Computing and graphing highest density regions, The American
 * Statistician 50, 1996). So half of the points lie inside the contour of mass 0.5.
 * @param x @param y places of the points; those that are not finite are left out @param masses shares, between 0 and 1
 * @returns in the order of `masses`; empty if there are too few points, or they lie on a line along an axis
 */
export function densityContours(
  x: Float32Array,
  y: Float32Array,
  masses: readonly number[],
): DensityContour[] {
  const grid = kernelDensity(x, y);
  if (grid === null) return [];
  const densities = x.map((value, i) => densityAt(grid, value, y[i]!)).filter((density) => density > 0);
  densities.sort();
  return masses.map((mass) => {
    const place = (1 - mass) * (densities.length - 1);
    const [below, above] = [densities[Math.floor(place)]!, densities[Math.ceil(place)]!];
    const level = below + (above - below) * (place % 1);
    return { mass, level, rings: contourLines(grid, level) };
  });
}
