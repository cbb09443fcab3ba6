import { expect, test, vi } from 'vitest';
import type { DecoderWeights } from '../../../src/protocol/engine';
import { RpcError } from '../../../src/protocol/rpc';
import type { DecoderScript } from '../../../webview/decoder/decoder-script';
import { PanelDecoder } from '../../../webview/decoder/panel-decoder';

const A = 'file:///runs/a';
const B = 'file:///runs/b';
const Z = Float32Array.of(1, 2);
const picture = (value: number) => ({
  ...({ width: 1, height: 1, channels: 1, count: 1 } as const),
  bytes: Uint8Array.of(value),
});

/** A page with a host: its engine draws 0, and the page itself the step of the weights. */
function page({ load = (): void => undefined } = {}) {
  const state = { run: A, step: 1, time: 0, pictureMs: 1, answerMs: 0, held: 0 };
  const asked: string[] = [];
  let answer = (): unknown => ({ runUri: state.run, step: state.step });
  const script: DecoderScript = {
    start: () => Promise.resolve(),
    open: ({ step }: DecoderWeights) => {
      state.held++;
      return {
        latent: 2,
        decode: () => {
          state.time += state.pictureMs;
          return picture(step);
        },
        dispose: () => void state.held--,
      };
    },
  };
  const client = {
    call: (method: string) => {
      asked.push(method);
      return Promise.resolve().then(() => {
        state.time += state.answerMs;
        return method === 'decode' ? { ...picture(0), step: state.step } : answer();
      });
    },
  } as never;
  const loaded = vi.fn(() =>
    Promise.resolve()
      .then(load)
      .then(() => script),
  );
  const decoder = new PanelDecoder(client, loaded, () => state.time);
  const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
  return {
    ...{ state, asked, decoder, loaded, settle },
    weightsAre: (next: () => unknown) => (answer = next),
    asksFor: () => asked.filter((method) => method === 'decoderWeights').length,
    /** Which step's weights draw: 0 if the engine does. */
    draws: async () => {
      const { bytes } = await decoder.decode(Z, 1, 'test');
      await settle();
      return bytes[0];
    },
  };
}

test('the engine decodes until the weights are here, which are asked for once for each step', async () => {
  const { decoder, draws, state, asksFor, loaded } = page();
  decoder.follow({ uri: A, step: 1 });
  expect(asksFor()).toBe(0);
  expect(loaded).not.toHaveBeenCalled();
  expect(await draws()).toBe(0);
  expect([await draws(), await draws()]).toEqual([1, 1]);
  decoder.follow({ uri: A, step: 1 });
  await draws();
  expect(asksFor()).toBe(1);
  state.step = 2;
  decoder.follow({ uri: A, step: 2 });
  expect(asksFor()).toBe(1);
  // The newer ones are on their way.
  expect(await draws()).toBe(1);
  expect(await draws()).toBe(2);
  expect(asksFor()).toBe(2);
  expect(state.held).toBe(1);
  expect(loaded).toHaveBeenCalledTimes(1);
});

test('a picture says of which step it is', async () => {
  const { decoder, draws } = page();
  decoder.follow({ uri: A, step: 1 });
  expect(decoder.decodeHere(Z, 1)).toBeNull();
  await draws();
  expect(decoder.decodeHere(Z, 1)).toMatchObject({ step: 1, count: 1 });
});

test('nothing of another run is drawn, not even what comes late', async () => {
  const { decoder, draws, state, settle, asked } = page();
  decoder.follow({ uri: A, step: 1 });
  await draws();
  decoder.follow({ uri: B, step: 1 });
  expect(state.held).toBe(0);
  expect(decoder.decodeHere(Z, 1)).toBeNull();
  // The host still answered for the first run.
  await settle();
  expect(decoder.decodeHere(Z, 1)).toBeNull();
  state.run = B;
  await settle();
  expect(await draws()).toBe(1);
  // The answer for B comes when A is shown again.
  decoder.follow({ uri: B, step: 2 });
  decoder.prepare();
  decoder.follow({ uri: A, step: 1 });
  await settle();
  expect(decoder.decodeHere(Z, 1)).toBeNull();
  expect(asked.at(-1)).toBe('decoderWeights');
  decoder.follow(null);
  await settle();
  expect(state.held).toBe(0);
});

test('a large decoder, many pictures and points of another size are left to the engine', async () => {
  const { decoder, draws, asksFor, weightsAre, settle } = page();
  decoder.follow({ uri: A, step: 1 });
  await draws();
  expect(decoder.decodeHere(new Float32Array(8), 4)).not.toBeNull();
  expect(decoder.decodeHere(new Float32Array(10), 5)).toBeNull();
  expect(decoder.decodeHere(new Float32Array(3), 1)).toBeNull();
  weightsAre(() => ({ bytes: 3, limit: 2 }));
  decoder.follow({ uri: B, step: 1 });
  await draws();
  decoder.follow({ uri: B, step: 2 });
  expect(await draws()).toBe(0);
  expect(asksFor()).toBe(2);
  await settle();
});

test('where the script or WebAssembly is refused, the engine decodes, and it is said once', async () => {
  const warn = vi.spyOn(console, 'warn').mockReturnValue();
  const { decoder, draws, asksFor, loaded } = page({
    load: () => {
      throw new Error('refused');
    },
  });
  for (const uri of [A, B, A]) {
    decoder.follow({ uri, step: 1 });
    expect([await draws(), await draws()]).toEqual([0, 0]);
  }
  expect(asksFor()).toBe(0);
  expect(loaded).toHaveBeenCalledTimes(1);
  expect(warn).toHaveBeenCalledTimes(1);
  warn.mockRestore();
});

test('weights that are not there yet are asked for again after a while; those of an older engine are not', async () => {
  const warn = vi.spyOn(console, 'warn').mockReturnValue();
  const { decoder, draws, asksFor, weightsAre, state } = page();
  const fail = (code: 'not-ready' | 'unknown-method') =>
    weightsAre(() => {
      throw new RpcError(code, 'no');
    });
  fail('not-ready');
  decoder.follow({ uri: A, step: 1 });
  for (let i = 0; i < 3; i++) await draws();
  expect(asksFor()).toBe(1);
  state.time += 2000;
  weightsAre(() => ({ runUri: A, step: 7 }));
  await draws();
  expect(await draws()).toBe(7);
  fail('unknown-method');
  decoder.follow({ uri: B, step: 1 });
  await draws();
  state.time += 2000;
  await draws();
  expect(asksFor()).toBe(3);
  warn.mockRestore();
});

test('over a slow connection newer weights take a tenth of it', async () => {
  const { decoder, draws, asksFor, state } = page();
  state.answerMs = 100;
  state.pictureMs = 0;
  decoder.follow({ uri: A, step: 1 });
  await draws();
  decoder.follow({ uri: A, step: 2 });
  state.time += 800;
  await draws();
  expect(asksFor()).toBe(1);
  state.time += 1000;
  await draws();
  expect(asksFor()).toBe(2);
});

test('a page that is too slow leaves the run to the engine; some slow pictures are no reason', async () => {
  const { decoder, draws, state } = page();
  decoder.follow({ uri: A, step: 1 });
  await draws();
  for (const ms of [120, 120, 120, 120, 10, 120, 120, 120, 120]) {
    state.pictureMs = ms;
    expect(decoder.decodeHere(Z, 1)).not.toBeNull();
  }
  decoder.decodeHere(Z, 1);
  expect(state.held).toBe(0);
  expect([await draws(), await draws()]).toEqual([0, 0]);
});

test('a decoder that fails is given up', async () => {
  const warn = vi.spyOn(console, 'warn').mockReturnValue();
  const { decoder, draws, state } = page();
  decoder.follow({ uri: A, step: 1 });
  await draws();
  Object.defineProperty(state, 'pictureMs', {
    get: () => {
      throw new Error('memory access out of bounds');
    },
  });
  expect(await draws()).toBe(0);
  expect(state.held).toBe(0);
  expect(warn).toHaveBeenCalledTimes(1);
  warn.mockRestore();
});
