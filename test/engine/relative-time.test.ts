/** What relative-speed.slow.test.ts measures and judges by. */
import { expect, test } from 'vitest';
import { relativeTimes, slower } from '../support/relative-time';

test('works are compared within each turn, so a slow while and single slow turns change nothing', async () => {
  let now = 0;
  let turn = 0;
  // The machine is three times as slow from the third turn on; in two turns, something held up one of the works.
  const slowness = (): number => (turn < 3 ? 1 : 3);
  const works = {
    yardstick: () => Promise.resolve((now += 10 * slowness() * (++turn === 4 ? 9 : 1))),
    engine: () => Promise.resolve((now += 4 * slowness() * (turn === 6 ? 9 : 1))),
  };
  const { engine } = await relativeTimes(works, 9, () => now);
  expect(turn).toBe(10);
  expect(engine).toBeCloseTo(0.4);
});

test('what takes longer than the limit allows is named, and so is what has no record', () => {
  const recorded = { graph: 0.3, onnx: 0.4 };
  expect(slower({ graph: 0.389, onnx: 0.1 }, recorded, 1.3)).toEqual([]);
  expect(slower({ graph: 0.391, onnx: 0.4, jax: 1 }, recorded, 1.3)).toEqual([
    'graph: 0.391 is 1.30 times the recorded 0.3, expected at most 1.3 times',
    'jax: 1.000, and nothing is recorded',
  ]);
});
