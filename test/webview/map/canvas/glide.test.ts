import { expect, test } from 'vitest';
import { GLIDE_MS, Glide } from '../../../../webview/map/canvas/glide';

const at = (...values: number[]): Float32Array => Float32Array.from(values);

test('points go evenly from where they are to where they were', () => {
  const to = [at(4, 2), at(0, -2)] as const;
  const glide = new Glide([at(0, 2), at(8, 2)], to, 1000);
  expect(glide.at(1000).places).toEqual([at(0, 2), at(8, 2)]);
  const half = glide.at(1000 + GLIDE_MS / 2);
  expect(half).toEqual({ places: [at(2, 2), at(4, 0)], isOver: false });
  const end = glide.at(1000 + GLIDE_MS);
  expect(end.isOver).toBe(true);
  // The very arrays, so that nothing is rounded.
  expect(end.places).toBe(to);
});

test('a clock that is late or early neither overshoots nor goes back', () => {
  const glide = new Glide([at(0), at(0)], [at(1), at(1)], 1000);
  expect(glide.at(990).places).toEqual([at(0), at(0)]);
  expect(glide.at(5000)).toEqual({ places: [at(1), at(1)], isOver: true });
});

test('a point that appears is there at once, and one that goes is gone at once', () => {
  const glide = new Glide([at(NaN, 3), at(NaN, 3)], [at(1, NaN), at(1, NaN)], 0);
  expect(glide.at(1).places).toEqual([at(1, NaN), at(1, NaN)]);
});
