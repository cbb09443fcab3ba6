import { expect, test } from 'vitest';
import { placeOf } from '../../../src/latent/axes';
import type { Axis } from '../../../src/latent/axes';
import { RpcError } from '../../../src/protocol/rpc';
import { MapPlane } from '../../../webview/inspector/map-plane';

const centre = Float64Array.of(0.5, -1, 2);
const across: Axis = { direction: Float64Array.of(0.6, 0.8, 0), offset: 0.25 };
const up: Axis = { direction: Float64Array.of(0, 0.6, 0.8), offset: -3 };
const axes = { key: '10-abc', x: 'pc:0', y: 'mean:2' } as const;
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

function engine() {
  const asked: unknown[] = [];
  const state = { fails: false };
  const client = {
    call: (method: string, request: { readonly x: string }) => {
      asked.push({ method, ...request });
      if (state.fails) return Promise.reject(new RpcError('not-ready', 'no'));
      return Promise.resolve(request.x.startsWith('umap:') ? null : { centre, axes: [across, up] });
    },
  } as never;
  return { asked, state, plane: new MapPlane(client) };
}

test('the point under a position is the one that the engine finds, after one request', async () => {
  const { plane, asked } = engine();
  expect(plane.pointAt({ ...axes, at: [0, 0] })).toBeNull();
  expect(plane.pointAt({ ...axes, at: [1, 0] })).toBeNull();
  await settle();
  for (const at of [
    [0, 0],
    [1.5, -2.25],
    [-40, 7],
  ] as const) {
    const point = plane.pointAt({ ...axes, at })!;
    // Projected on the axes it is the position.
    placeOf({ centre, axes: [across, up] }, point).forEach((value, i) =>
      expect(value).toBeCloseTo(at[i]!, 4),
    );
  }
  expect(asked).toEqual([{ method: 'mapPlane', ...axes }]);
});

test('other axes, and another encoding, are other planes', async () => {
  const { plane, asked } = engine();
  for (const each of [axes, { ...axes, key: '20-def' }, { ...axes, x: 'pc:1' } as const]) {
    plane.pointAt({ ...each, at: [0, 0] });
    await settle();
    expect(plane.pointAt({ ...each, at: [0, 0] })).not.toBeNull();
  }
  expect(asked).toHaveLength(3);
});

test('a layout of UMAP has no plane', async () => {
  const { plane, asked } = engine();
  const place = { ...axes, x: 'umap:0', y: 'umap:1', at: [0, 0] } as const;
  expect(plane.pointAt(place)).toBeNull();
  await settle();
  expect(plane.pointAt(place)).toBeNull();
  await settle();
  expect(asked).toHaveLength(1);
});

test('a plane that could not be had is asked for again', async () => {
  const { plane, state } = engine();
  state.fails = true;
  plane.pointAt({ ...axes, at: [0, 0] });
  await settle();
  state.fails = false;
  plane.pointAt({ ...axes, at: [0, 0] });
  await settle();
  expect(plane.pointAt({ ...axes, at: [0, 0] })).not.toBeNull();
});
