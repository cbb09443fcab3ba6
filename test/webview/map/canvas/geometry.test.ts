import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arrowOf, neighbour } from '../../../../webview/map/canvas/keyboard';
import { niceStep } from '../../../../webview/map/canvas/overlay';
import { PointIndex } from '../../../../webview/map/canvas/point-index';
import {
  boundsOf,
  fit,
  pan,
  reveal,
  toData,
  toScreen,
  zoomAt,
} from '../../../../webview/map/canvas/viewport';

const size = { width: 640, height: 480 };
const coordinate = fc.integer({ min: -100_000, max: 100_000 }).map((value) => value / 128);
const points = fc.array(fc.tuple(coordinate, coordinate), { minLength: 1, maxLength: 60 });
const columns = (places: [number, number][]) =>
  [Float32Array.from(places, ([x]) => x), Float32Array.from(places, ([, y]) => y)] as const;

describe('viewport', () => {
  test('everything fits, with equal scales, upwards up', () => {
    fc.assert(
      fc.property(points, (places) => {
        const [x, y] = columns(places);
        const view = fit(boundsOf(x, y), size);
        x.forEach((value, i) => {
          const [px, py] = toScreen(view, size, value, y[i]!);
          expect(px).toBeGreaterThan(0);
          expect(px).toBeLessThan(size.width);
          expect(py).toBeGreaterThan(0);
          expect(py).toBeLessThan(size.height);
        });
        expect(toScreen(view, size, view.x, view.y + 1)[1]).toBeLessThan(size.height / 2);
      }),
    );
  });

  test('screen and data are each other’s inverse; a point that is not finite counts for nothing', () => {
    const view = { x: 3, y: -7, scale: 12 };
    expect(toData(view, size, ...toScreen(view, size, 1.25, 4))).toEqual([1.25, 4]);
    expect(boundsOf(Float32Array.of(NaN, 1, 2), Float32Array.of(5, 6, Infinity))).toEqual({
      ...{ left: 1, right: 1, bottom: 6, top: 6 },
    });
    expect(fit(boundsOf(new Float32Array(0), new Float32Array(0)), size).scale).toBeGreaterThan(0);
  });

  test('what is under the mouse stays there while it zooms, within limits', () => {
    const whole = fit({ left: -1, right: 1, bottom: -1, top: 1 }, size);
    const before = toData(whole, size, 100, 400);
    const near = zoomAt(whole, size, [100, 400], 8, whole);
    expect(near.scale).toBeCloseTo(8 * whole.scale, 6);
    toData(near, size, 100, 400).forEach((value, i) => expect(value).toBeCloseTo(before[i]!, 9));
    expect(zoomAt(whole, size, [0, 0], 1e9, whole).scale).toBeLessThan(1e5 * whole.scale);
    expect(zoomAt(whole, size, [0, 0], 1e-9, whole).scale).toBeGreaterThan(0.1 * whole.scale);
  });

  test('moving, and bringing a point into the view by the least move', () => {
    const view = { x: 0, y: 0, scale: 10 };
    expect(pan(view, 20, -30)).toEqual({ x: -2, y: -3, scale: 10 });
    expect(reveal(view, size, 1, 1)).toEqual(view);
    const [px, py] = toScreen(reveal(view, size, 500, 1), size, 500, 1);
    expect(px).toBeCloseTo(size.width - 48, 6);
    expect(py).toBeCloseTo(size.height / 2 - 10, 6);
  });

  test('lines of the grid stand 1, 2 or 5 times a power of ten apart', () => {
    expect([0.9, 1, 1.1, 2.5, 6, 0.03, 0.0021].map(niceStep)).toEqual([1, 1, 2, 5, 10, 0.05, 0.005]);
  });
});

describe('the nearest point', () => {
  test('is that of a search through all of them', () => {
    fc.assert(
      fc.property(
        points,
        coordinate,
        coordinate,
        fc.integer({ min: 0, max: 300 }),
        (places, px, py, radius) => {
          const [x, y] = columns(places);
          const index = new PointIndex(x, y, boundsOf(x, y));
          const counts = (i: number): boolean => i % 3 !== 1;
          const distance = (i: number): number => Math.hypot(x[i]! - px, y[i]! - py);
          const near = places.map((_, i) => i).filter((i) => counts(i) && distance(i) <= radius);
          const found = index.nearest(px, py, radius, counts);
          if (near.length === 0) expect(found).toBe(-1);
          else expect(distance(found)).toBe(Math.min(...near.map(distance)));
        },
      ),
      { numRuns: 500 },
    );
  });

  test('of points on one line, in one place, and of none', () => {
    const all = (): boolean => true;
    const on = (x: Float32Array, y: Float32Array): PointIndex => new PointIndex(x, y, boundsOf(x, y));
    const line = on(
      Float32Array.from({ length: 1000 }, (_, i) => i),
      new Float32Array(1000),
    );
    expect(line.nearest(700.2, 0.1, 5, all)).toBe(700);
    expect(on(Float32Array.of(2, 2), Float32Array.of(3, 3)).nearest(2, 3, 1, all)).toBe(1);
    expect(on(new Float32Array(0), new Float32Array(0)).nearest(0, 0, 9, all)).toBe(-1);
  });
});

describe('the keyboard goes', () => {
  const places = [
    [0, 0],
    [10, 1],
    [12, 30],
    [-20, 0],
    [0, 15],
  ] as const;
  const all = [0, 1, 2, 3, 4];
  const go = (from: number, key: string): number =>
    neighbour(
      places[from]!,
      arrowOf(key),
      all.filter((i) => i !== from),
      (i) => places[i]!,
    );

  test('to the next point in the direction of the arrow, and nowhere where there is none', () => {
    expect(go(0, 'ArrowRight')).toBe(1);
    expect(go(1, 'ArrowDown')).toBe(2);
    expect(go(0, 'ArrowLeft')).toBe(3);
    expect(go(0, 'ArrowDown')).toBe(4);
    expect(go(3, 'ArrowLeft')).toBe(-1);
  });

  test('first to the nearest one', () => {
    expect(neighbour([9, 9], null, all, (i) => places[i]!)).toBe(1);
    expect(arrowOf('a')).toBeNull();
  });
});
