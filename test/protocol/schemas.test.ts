import { describe, expect, test } from 'vitest';
import { RpcError } from '../../src/protocol/rpc';
import { engineMethods } from '../../src/protocol/schemas/engine';
import { checked } from '../../src/protocol/schemas/method';
import type { MethodTable } from '../../src/protocol/schemas/method';
import { interpolationMethods } from '../../src/protocol/schemas/interpolation';
import { RELAYED_METHODS, panelMethods } from '../../src/protocol/schemas/panel';

const signal = new AbortController().signal;

/** What a handler of this method answers to an argument: the argument itself where it gets one. */
async function answer(methods: MethodTable, name: string, argument: unknown): Promise<unknown> {
  const handlers = Object.fromEntries(Object.keys(methods).map((each) => [each, (got: unknown) => got]));
  const table = checked(methods, handlers as never) as Record<string, (...args: unknown[]) => unknown>;
  return await table[name]!(argument, signal);
}

const z = Float32Array.of(0.5, -1);
const traverse = { around: null, edits: [], dimensions: [0], frames: 3, quantilesOf: 'prior' };

describe('an argument that does not fit is refused with what was got and what was expected', () => {
  test.each<[string, unknown, string]>([
    ['sample', { from: 'prior', count: 0, seed: 1 }, 'sample: count: got 0, expected at least 1'],
    ['sample', { from: 'prior', count: 10_001, seed: 1 }, 'count: got 10001, expected at most 10000'],
    ['sample', { from: 'prior', count: 5, seed: -1 }, 'seed: got -1, expected at least 0'],
    ['sample', { from: 'prior', count: 2.5, seed: 1 }, 'count: got 2.5, expected a whole number'],
    [
      'sample',
      { from: 'posterior', count: 5, seed: 1 },
      "from: got 'posterior', expected one of prior, aggregate",
    ],
    ['sample', { from: 'prior', count: 5 }, 'seed: got nothing, expected number'],
    ['sample', { from: 'prior', count: 5, seed: 1, side: 3 }, "argument: got an unknown field 'side'"],
    ['sample', null, 'argument: got null, expected object'],
    ['manifold', { surface: { dimensions: [0, 1] }, side: 1 }, 'side: got 1, expected at least 2'],
    [
      'manifold',
      { surface: { dimensions: [0, -1] }, side: 5 },
      'surface.dimensions.1: got -1, expected at least 0',
    ],
    ['traverse', { ...traverse, frames: 0 }, 'frames: got 0, expected at least 1'],
    [
      'traverse',
      { ...traverse, edits: [{ dimension: 0, value: NaN }] },
      'edits.0.value: got NaN, expected number',
    ],
    [
      'traverse',
      { ...traverse, around: { uri: 'https://example.org/a.png' } },
      "around.uri: got 'https://example.org/a.png', expected a file: URI",
    ],
    [
      'traverse',
      { ...traverse, around: { z: [1, 2] } },
      'around.z: got [1,2], expected a Float32Array of at most 4096 finite numbers',
    ],
    [
      'placesAtSnapshot',
      { key: '1', x: 'pc:0', y: 'pc:1', step: 0, align: true },
      'step: got 0, expected at least 1',
    ],
    [
      'mapPoints',
      { key: '1', x: 'pc:0', y: 'pc:1', places: Float32Array.of(1) },
      'places: got Float32Array of 4 bytes, expected x and y of each position',
    ],
    ['mapColumn', { key: '1', first: 0, count: 5, column: 'place' }, "column: got 'place', expected elbo"],
    ['mapClusters', { key: '1', of: 'means', most: 31, seed: 1 }, 'most: got 31, expected at most 30'],
    ['mapRanks', { key: '1', ids: [] }, 'ids: got [], expected at least 1'],
    [
      'probe',
      {
        view: 'a',
        place: {
          ...{ key: '1', x: 'pc:0', y: 'pc:1', at: [0, 0] },
          off: { towards: { nearest: 0 }, t: 0 },
        },
        nearest: 0,
      },
      'expected at least 1',
    ],
    ['selectionSpread', { of: { rest: true }, components: 1, steps: z }, 'of: '],
    ['mapCards', { ids: Array.from({ length: 65 }, String) }, ', expected at most 64 entries'],
    ['evaluate', { split: 'tset' }, "split: got 'tset', expected one of train, validation, test"],
  ])('%s(%j)', async (name, argument, message) => {
    const error: unknown = await answer(engineMethods, name, argument).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RpcError);
    expect(error).toMatchObject({ code: 'bad-input' });
    expect((error as RpcError).message).toContain(message);
  });

  test('a picture that is another kind of file', async () => {
    const picture = { name: 'path', format: 'gif', bytes: Uint8Array.of(0x89, 0x50) };
    await expect(answer(interpolationMethods, 'savePicture', picture)).rejects.toThrow(/GIF|expected/);
    await expect(answer(panelMethods, 'savePicture', { of: 'samples', png: picture.bytes })).rejects.toThrow(
      'expected a PNG file',
    );
  });
});

test('an argument that fits reaches the handler as it is', async () => {
  const argument = { ...traverse, around: { z }, edits: [{ dimension: 1, value: 0.25 }] };
  expect(await answer(engineMethods, 'traverse', argument)).toEqual(argument);
});

test('what a newer client says more of `hello`, `status` and `stop` is ignored', async () => {
  const hello = { protocol: 2, token: 'a', more: true };
  expect(await answer(engineMethods, 'hello', hello)).toEqual({ protocol: 2, token: 'a' });
  for (const name of ['status', 'stop'])
    expect(await answer(engineMethods, name, { more: true })).toEqual({});
});

test('the host answers a method of the panel or passes it on, not both', () => {
  const relayed: readonly string[] = RELAYED_METHODS;
  expect(Object.keys(panelMethods).filter((name) => relayed.includes(name))).toEqual([]);
});
