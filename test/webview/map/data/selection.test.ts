import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_PIECE_IMAGES } from '../../../../src/protocol/map';
import type { MapSet } from '../../../../src/protocol/map';
import type { ExplorerClient } from '../../../../webview/shared/run-session';
import { categoriesOf, isVisible } from '../../../../webview/map/style/colouring';
import { MapData } from '../../../../webview/map/data/map-data';
import { pointsInside, rectangle } from '../../../../webview/map/canvas/polygon';
import type { MapPosition } from '../../../../webview/map/canvas/polygon';
import { matching } from '../../../../webview/map/data/search';
import { pointStyles } from '../../../../webview/map/style/point-styles';
import { Selection } from '../../../../webview/shared/selection';
import { UndoHistory } from '../../../../webview/shared/undo-history';
import { DEFAULT_CHOICES } from '../../../../webview/shared/choices';
import type { Choices } from '../../../../webview/shared/choices';
import { placeThumbnails } from '../../../../webview/map/canvas/thumbnails';

/** The map of some images, as a host tells it; a number of an image is what its name says. */
function mapOf(ids: readonly string[], pieces: number[] = []): Promise<MapData> {
  const set: MapSet = {
    ...{ key: 'k', step: 1, count: ids.length, dimensions: 2, labelNames: ['even', 'odd'] },
    shares: Float32Array.of(1, 0),
    layout: null,
  };
  const numberOf = (id: string): number => Number(/\d+/.exec(id)?.[0]);
  const call = (method: string, { first, count }: { first: number; count: number }): Promise<unknown> => {
    if (method === 'mapFields') return Promise.resolve([]);
    pieces.push(count);
    const part = ids.slice(first, first + count);
    if (method === 'mapColumn') return Promise.resolve(Float32Array.from(part, numberOf));
    const labels = Int32Array.from(part, (id) => numberOf(id) % 2);
    return Promise.resolve({ ids: part, labels, splits: new Uint8Array(count) });
  };
  return MapData.load({ call } as unknown as ExplorerClient, set);
}

/** The even-odd rule, edge by edge. */
function isInsidePolygon(line: readonly MapPosition[], x: number, y: number): boolean {
  let inside = false;
  for (let i = 0, j = line.length - 1; i < line.length; j = i++) {
    const [xi, yi] = line[i]!;
    const [xj, yj] = line[j]!;
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

const isSurrounded = (line: readonly MapPosition[], x: number, y: number): boolean =>
  pointsInside(line, Float32Array.of(x), Float32Array.of(y), () => true).length === 1;

describe('what is drawn around', () => {
  test('a rectangle, whatever corner it began at', () => {
    const line = rectangle([4, 1], [0, 3]);
    expect(isSurrounded(line, 2, 2)).toBe(true);
    for (const [x, y] of [
      [5, 2],
      [-1, 2],
      [2, 0],
      [2, 4],
    ] as const)
      expect(isSurrounded(line, x, y)).toBe(false);
  });

  test('a hole that is gone around twice is outside, a notch too', () => {
    const u: MapPosition[] = [
      [0, 0],
      [10, 0],
      [10, 10],
      [7, 10],
      [7, 3],
      [3, 3],
      [3, 10],
      [0, 10],
    ];
    expect(isSurrounded(u, 1, 8)).toBe(true);
    expect(isSurrounded(u, 5, 8)).toBe(false);
    expect(
      isSurrounded([...rectangle([0, 0], [9, 9]), ...rectangle([3, 3], [6, 6]), [3, 3], [0, 0]], 4.5, 4.4),
    ).toBe(false);
  });

  test('any line, by the even-odd rule, also points at the height of a corner, and those that do not count', () => {
    const few = fc.integer({ min: -9, max: 9 });
    const anything = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    const corner = fc.oneof(fc.tuple(few, few), fc.tuple(anything, anything));
    const lines = fc.array(corner, { minLength: 1, maxLength: 40 });
    const points = fc.array(fc.tuple(few, few), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(lines, points, (line, places) => {
        const [x, y] = [0, 1].map((axis) => Float32Array.from(places, (place) => place[axis]!));
        const counts = (i: number): boolean => i % 3 !== 0;
        const expected = places
          .map((_, i) => i)
          .filter((i) => counts(i) && isInsidePolygon(line, x![i]!, y![i]!));
        expect(pointsInside(line, x!, y!, counts)).toEqual(expected);
      }),
    );
  });

  test('an outline of many corners takes far less time than to compare each point with each edge', () => {
    const count = 5_000;
    const line = Array.from({ length: 1000 }, (_, i): MapPosition => {
      const [angle, radius] = [(2 * Math.PI * i) / 1000, 1 + 0.5 * Math.sin(i)];
      return [radius * Math.cos(angle), radius * Math.sin(angle)];
    });
    const x = Float32Array.from({ length: count }, (_, i) => Math.cos(i));
    const y = Float32Array.from({ length: count }, (_, i) => Math.sin(i * 1.7));
    /** The least of three: the machine may be busy. */
    const time = (find: () => readonly number[]): number =>
      Math.min(
        ...Array.from({ length: 3 }, () => {
          const start = performance.now();
          expect(find().length).toBeGreaterThan(count / 10);
          return performance.now() - start;
        }),
      );
    const edgeByEdge = time(() =>
      Array.from(x, (_, i) => i).filter((i) => isInsidePolygon(line, x[i]!, y[i]!)),
    );
    expect(time(() => pointsInside(line, x, y, () => true))).toBeLessThan(edgeByEdge / 2);
  });

  test('a triangle against its half planes', () => {
    const place = fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -50, max: 50 }));
    fc.assert(
      fc.property(
        place,
        place,
        place,
        fc.array(place, { minLength: 1, maxLength: 30 }),
        (a, b, c, points) => {
          const side = (p: MapPosition, q: MapPosition, r: MapPosition): number =>
            (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]);
          const area = side(a, b, c);
          fc.pre(area !== 0);
          // Off the edges, where either answer would do.
          const x = Float32Array.from(points, ([px]) => px + 0.137);
          const y = Float32Array.from(points, ([, py]) => py + 0.291);
          const expected = points
            .map((_, i) => i)
            .filter((i) => {
              const sides = [
                side(a, b, [x[i]!, y[i]!]),
                side(b, c, [x[i]!, y[i]!]),
                side(c, a, [x[i]!, y[i]!]),
              ];
              return sides.every((value) => value * area > 0);
            });
          expect(pointsInside([a, b, c], x, y, () => true)).toEqual(expected);
        },
      ),
    );
  });
});

test('images come in pieces, and each keeps its id', async () => {
  const ids = Array.from({ length: MAX_PIECE_IMAGES + 7 }, (_, i) => `${i}.png`);
  const pieces: number[] = [];
  const data = await mapOf(ids, pieces);
  expect(pieces).toEqual([MAX_PIECE_IMAGES, 7]);
  expect(data.images.ids[MAX_PIECE_IMAGES + 3]).toBe(`${MAX_PIECE_IMAGES + 3}.png`);
  expect((await data.column('elbo'))[MAX_PIECE_IMAGES + 3]).toBe(MAX_PIECE_IMAGES + 3);
  expect(data.indexOf(`${MAX_PIECE_IMAGES + 3}.png`)).toBe(MAX_PIECE_IMAGES + 3);
  expect(data.indexOf('no.png')).toBe(-1);
});

test('whatever is selected, filtered, hidden and made anew, a point stands for its own file', async () => {
  const names = Array.from({ length: 30 }, (_, i) => `${i}.png`);
  const action = fc.oneof(
    fc.record({ kind: fc.constant('lasso' as const), numbers: fc.array(fc.nat(29)), adding: fc.boolean() }),
    fc.record({ kind: fc.constant('search' as const), text: fc.constantFrom('', '1', 'odd', '2', 'x') }),
    fc.record({ kind: fc.constant('hide' as const), label: fc.constantFrom('even', 'odd', '') }),
    fc.record({ kind: fc.constant('anew' as const), order: fc.shuffledSubarray(names, { minLength: 5 }) }),
    fc.record({ kind: fc.constant('reload' as const) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 25 }), async (actions) => {
      let data = await mapOf(names);
      let kept: Choices = DEFAULT_CHOICES;
      const state = {
        get value() {
          return kept;
        },
        update: (patch: Partial<Choices>) => (kept = { ...kept, ...patch }),
      };
      let selection = new Selection(state, new UndoHistory());
      const maskOf = (indices: readonly number[]): Uint8Array | null => {
        if (indices.length === 0) return null;
        const mask = new Uint8Array(data.set.count);
        for (const index of indices) mask[index] = 1;
        return mask;
      };
      let [text, hidden] = ['', ''];
      /** Told by names alone. */
      const expected = new Set<string>();
      for (const one of actions) {
        if (one.kind === 'search') text = one.text;
        if (one.kind === 'hide') hidden = one.label;
        if (one.kind === 'anew') data = await mapOf(one.order);
        if (one.kind === 'reload') selection = new Selection(state, new UndoHistory());
        const left = matching(data, text);
        const look = (selected: Uint8Array | null, hiddenKeys: readonly string[]): Uint8Array => {
          const choices = { hiddenKeys, colours: [], left, isolated: left, selected };
          const colouring = categoriesOf(data, 'label', false);
          return pointStyles({ colouring, placed: null }, choices, false).styles;
        };
        const styles = look(maskOf(data.indicesAmong(selection.ids.value)), [`label:${hidden}`]);
        const plain = look(null, []);
        const isSelectedHere = data.images.ids.some((id) => expected.has(id));
        const parity = (id: string): string => (Number(/\d+/.exec(id)![0]) % 2 === 1 ? 'odd' : 'even');
        data.images.ids.forEach((id, index) => {
          const found = text === '' || id.includes(text) || parity(id).includes(text);
          expect(isVisible(styles, index), id).toBe(found && parity(id) !== hidden);
          // Only what is beside the selection loses its colour.
          const isFull = [0, 1, 2].every((i) => styles[4 * index + i] === plain[4 * index + i]);
          expect(isFull, id).toBe(!isSelectedHere || expected.has(id));
        });
        if (one.kind === 'lasso') {
          const indices = [...new Set(one.numbers)].filter((i) => i < data.set.count && isVisible(styles, i));
          const ids = indices.map((index) => data.images.ids[index]!);
          if (one.adding) {
            const [first] = ids;
            if (ids.length === 1 && expected.has(first!)) expected.delete(first!);
            else for (const id of ids) expected.add(id);
            selection.add(ids);
          } else {
            expected.clear();
            for (const id of ids) expected.add(id);
            selection.set(ids);
          }
        }
        expect(selection.idSet.value).toEqual(expected);
        const indices = data.indicesAmong(selection.ids.value);
        expect(indices.map((index) => data.images.ids[index]!).sort()).toEqual(
          [...expected].filter((id) => data.images.ids.includes(id)).sort(),
        );
        const values = await data.column('elbo');
        for (const index of indices) expect(`${values[index]}.png`).toBe(data.images.ids[index]);
      }
    }),
    { numRuns: 150 },
  );
});

describe('thumbnails', () => {
  const size = { width: 600, height: 400 };
  const count = 3000;
  const x = Float32Array.from({ length: count }, (_, i) => Math.sin(i * 12.9898) * 3);
  const y = Float32Array.from({ length: count }, (_, i) => Math.sin(i * 78.233) * 2);
  const styles = new Uint8Array(4 * count);
  const pickable = null;

  test('do not overlap, lie on their points, and are fewer where everything is seen', () => {
    const view = { x: 0, y: 0, scale: 100 };
    const far = placeThumbnails({ x, y, styles, pickable }, view, size, 1);
    const near = placeThumbnails({ x, y, styles, pickable }, { ...view, scale: 400 }, size, 4);
    expect(far.length).toBeGreaterThan(5);
    expect(near.length).toBeGreaterThan(far.length);
    for (const placed of [far, near]) {
      placed.forEach((a, i) => {
        for (const b of placed.slice(0, i))
          expect(Math.max(Math.abs(a.x - b.x), Math.abs(a.y - b.y))).toBeGreaterThanOrEqual(38);
      });
    }
    for (const one of far) expect(one.x).toBeCloseTo(300 + x[one.index]! * 100, 3);
  });

  test('stay on the same points while the map moves, and leave out hidden ones', () => {
    const here = placeThumbnails({ x, y, styles, pickable }, { x: 0, y: 0, scale: 400 }, size, 4);
    const there = placeThumbnails({ x, y, styles, pickable }, { x: 0.05, y: 0, scale: 400 }, size, 4);
    const kept = new Set(there.map(({ index }) => index));
    const inside = here.filter((one) => one.x > 80 && one.x < 520 && one.y > 80 && one.y < 320);
    expect(inside.length).toBeGreaterThan(5);
    for (const { index } of inside) expect(kept).toContain(index);
    const hidden = styles.slice();
    for (const { index } of here) hidden[4 * index + 3] = 255;
    const others = placeThumbnails({ x, y, styles: hidden, pickable }, { x: 0, y: 0, scale: 400 }, size, 4);
    for (const { index } of others) expect(here.map((one) => one.index)).not.toContain(index);
  });
  test('stand for all images, whatever their order in the dataset', () => {
    const placed = placeThumbnails({ x, y, styles, pickable }, { x: 0, y: 0, scale: 60 }, size, 1);
    const mean = placed.reduce((sum, { index }) => sum + index, 0) / placed.length;
    // The first of each cell would all be among the first images.
    expect(Math.abs(mean / count - 0.5)).toBeLessThan(0.2);
  });
});
