import { expect, test } from 'vitest';
import type { DecodedPictures } from '../../../src/domain/pictures';
import { LivePicture } from '../../../webview/decoder/live-picture';
import type { PanelDecoder } from '../../../webview/decoder/panel-decoder';

const picture = (z: Float32Array): DecodedPictures => ({
  ...({ width: 1, height: 1, channels: 1, count: 1 } as const),
  bytes: Uint8Array.of(z[0]!),
});

/** Frames that come when they are called; `isHere` says whether the panel has the decoder. */
function stage({ asksEngine = true } = {}) {
  const frames: (() => void)[] = [];
  const drawn: number[] = [];
  const requests: { z: Float32Array; answer(): void; fail(error: Error): void }[] = [];
  const failures: unknown[] = [];
  const state = { isHere: true, decoded: 0 };
  const decoder = {
    decodeHere: (z: Float32Array) => {
      if (!state.isHere) return null;
      state.decoded++;
      return picture(z);
    },
    decode: (z: Float32Array) =>
      new Promise((resolve, reject) => {
        requests.push({ z, answer: () => resolve(picture(z)), fail: reject });
      }),
  } as unknown as PanelDecoder;
  const attempt = (request: () => Promise<void>): Promise<void> =>
    request().catch((error: unknown) => void failures.push(error));
  const live = new LivePicture(
    decoder,
    'test',
    { draw: ({ bytes }) => void drawn.push(bytes[0]!), ...(asksEngine ? { attempt } : {}) },
    (draw) => frames.push(draw),
  );
  return {
    ...{ live, drawn, requests, failures, state, frames },
    show: (value: number) => live.show(Float32Array.of(value)),
    frame: () => frames.splice(0).forEach((draw) => draw()),
    settle: () => new Promise((resolve) => setTimeout(resolve, 0)),
  };
}

test('the next frame draws the newest point, and decodes no other', () => {
  const { show, frame, drawn, frames, state, requests } = stage();
  for (const value of [1, 2, 3]) show(value);
  expect(frames).toHaveLength(1);
  expect(drawn).toEqual([]);
  frame();
  expect([drawn, state.decoded, requests.length]).toEqual([[3], 1, 0]);
  expect(frames).toHaveLength(0);
  show(4);
  frame();
  expect(drawn).toEqual([3, 4]);
});

test('the engine is asked for one at a time; of those that come meanwhile the last is next', async () => {
  const { show, frame, drawn, requests, state, settle } = stage();
  state.isHere = false;
  for (const value of [1, 2, 3]) {
    show(value);
    frame();
  }
  expect(requests.map(({ z }) => z[0])).toEqual([1]);
  requests[0]!.answer();
  await settle();
  expect(drawn).toEqual([1]);
  frame();
  expect(requests.map(({ z }) => z[0])).toEqual([1, 3]);
});

test('an answer of the engine never replaces a newer picture of the panel, nor what was cleared', async () => {
  const { live, show, frame, drawn, requests, state, settle } = stage();
  state.isHere = false;
  show(1);
  frame();
  state.isHere = true;
  show(2);
  frame();
  requests[0]!.answer();
  await settle();
  expect(drawn).toEqual([2]);
  state.isHere = false;
  show(3);
  frame();
  live.clear();
  requests[1]!.answer();
  await settle();
  show(4);
  live.clear();
  frame();
  expect(drawn).toEqual([2]);
});

test('a failure is handed on, and the next point is asked for', async () => {
  const { show, frame, drawn, requests, failures, state, settle } = stage();
  state.isHere = false;
  show(1);
  frame();
  show(2);
  requests[0]!.fail(new Error('gone'));
  await settle();
  frame();
  requests[1]!.answer();
  await settle();
  expect(failures).toEqual([new Error('gone')]);
  expect(drawn).toEqual([2]);
});

test('a picture that the engine draws in another way is not asked for', async () => {
  const { show, frame, drawn, requests, state, settle } = stage({ asksEngine: false });
  state.isHere = false;
  show(1);
  frame();
  await settle();
  state.isHere = true;
  show(2);
  frame();
  expect([drawn, requests.length]).toEqual([[2], 0]);
});
