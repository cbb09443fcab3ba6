import { expect, test } from 'vitest';
import { Glide } from '../../webview/map/canvas/glide';
import { ownProcessorTime } from '../support/processor-time';

test('a frame of 20,000 points costs a part of a millisecond', () => {
  const random = (seed: number) => Float32Array.from({ length: 20_000 }, (_, i) => Math.sin(seed * (i + 1)));
  const glide = new Glide([random(1), random(2)], [random(3), random(4)], 0);
  const frames = 400;
  const before = ownProcessorTime();
  for (let frame = 0; frame < frames; frame++) glide.at((frame % 100) * 1.5);
  // A sixteenth of the 16 ms that a frame has.
  expect((ownProcessorTime() - before) / frames).toBeLessThan(1);
});
