import { expect, test } from 'vitest';
import type { Pictures } from '../../../../src/domain/pictures';
import { filmFrames } from '../../../../webview/shared/film/frames';
import { timeFrames } from '../../../../webview/time/time-film';
import type { RunSession } from '../../../../webview/shared/run-session';

/** Pictures of 2 x 1 pixels, whose values tell which they are. */
const pictures = (first: number, count: number, channels: 1 | 3 = 1): Pictures => ({
  ...{ width: 2, height: 1, channels, count },
  bytes: Uint8Array.from({ length: 2 * channels * count }, (_, i) => first + i),
});

test('the pictures of a frame lie side by side, with gaps', () => {
  const two = pictures(10, 6);
  const film = filmFrames(2, 3, 2, (frame, tile) => ({ pictures: two, index: 3 * frame + tile }));
  expect(film).toMatchObject({ width: 10, height: 8, channels: 1, count: 2 });
  const at = (frame: number, x: number, y: number): number => film.bytes[frame * 80 + y * 10 + x]!;
  expect([at(0, 2, 2), at(0, 3, 2), at(0, 6, 2), at(0, 7, 2), at(0, 2, 5)]).toEqual([10, 11, 12, 13, 14]);
  expect([at(1, 2, 2), at(1, 2, 5)]).toEqual([16, 20]);
  // Between them, around them, and where there is no third picture in a row.
  expect([at(0, 0, 0), at(0, 4, 2), at(0, 6, 5), at(1, 9, 7)]).toEqual([128, 128, 128, 128]);
});

test('colours keep their three values', () => {
  const film = filmFrames(1, 1, 4, () => ({ pictures: pictures(1, 1, 3), index: 0 }));
  const start = (2 * film.width + 2) * 3;
  expect(Array.from(film.bytes.subarray(start, start + 6))).toEqual([1, 2, 3, 4, 5, 6]);
});

test('a film of time has a frame for each snapshot, and says if one cannot be had', async () => {
  const views = new Map([
    [1, pictures(0, 4)],
    [8, pictures(100, 4)],
  ]);
  const session = (steps: readonly number[]): RunSession =>
    ({
      run: { latent: 20 },
      time: {
        steps: { peek: () => steps },
        viewAt: (step: number) => Promise.resolve(views.has(step) ? { pictures: views.get(step) } : null),
      },
    }) as unknown as RunSession;
  const film = await timeFrames(session([1, 8]));
  expect(film.count).toBe(2);
  const start = 2 * film.width + 2;
  expect([film.bytes[start], film.bytes[film.width * film.height + start]]).toEqual([0, 100]);
  await expect(timeFrames(session([1, 9]))).rejects.toThrow(/No model is available/);
});
