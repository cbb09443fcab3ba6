import { expect, test } from 'vitest';
import { at, dimensionThrough, printDimension, sameShape } from '../../src/trace/dimension';
import type { Recording } from '../../src/trace/record';
import { unify } from '../../src/trace/unify';
import type { Dimension } from '../../src/trace/types';

const batches = [7, 11, 16];
const through = (f: (batch: number) => number): Dimension => dimensionThrough(batches.map(f), batches);

test('a whole number that follows the batch size becomes an expression in it', () => {
  const cases: [string, (batch: number) => number][] = [
    ['3', () => 3],
    ['0.25', () => 0.25],
    ['batch', (batch) => batch],
    ['2*batch', (batch) => 2 * batch],
    ['batch+1', (batch) => batch + 1],
    ['3*batch-4', (batch) => 3 * batch - 4],
    ['-1*batch+20', (batch) => 20 - batch],
  ];
  for (const [text, f] of cases) {
    const dimension = through(f);
    expect(printDimension(dimension)).toBe(text);
    for (const batch of [1, 2, 5, 32]) expect(at(dimension, batch)).toBe(f(batch));
  }
});

test('nothing else does', () => {
  for (const f of [
    (batch: number): number => batch ** 2,
    (batch: number): number => batch / 2,
    (batch: number): number => 2 * Math.floor(batch / 2),
    (batch: number): number => batch % 2,
    (batch: number): number => batch % 4,
    (batch: number): number => Math.ceil(batch / 2),
    (batch: number): number => Math.min(batch, 10),
    (batch: number): number => (batch > 10 ? NaN : 1),
    (batch: number): number => Math.log(batch),
  ]) {
    expect(() => through(f)).toThrow(/expected a multiple of the batch size plus a constant/);
  }
});

test('shapes are the same where their expressions are', () => {
  const [batch, also] = [through((size) => size), { perBatch: 1, constant: 0 }];
  expect(sameShape([batch, 2], [also, 2])).toBe(true);
  expect(sameShape([batch, 2], [7, 2])).toBe(false);
  expect(sameShape([batch], [batch, 1])).toBe(false);
});

function recording(batch: number, shape: readonly number[], name = 'y'): Recording {
  const type = { shape: [batch, 2], dtype: 'float32' } as const;
  return {
    nodes: [
      { operation: 'Input', inputs: [], attributes: { name: 'x', ...type }, type },
      { operation: 'Reshape', inputs: [0], attributes: { shape }, type: { ...type, shape } },
    ],
    outputs: [{ name, node: 1 }],
  };
}

test('recordings become one graph', () => {
  const { nodes, outputs } = unify(
    batches.map((batch) => recording(batch, [2 * batch])),
    batches,
  );
  expect(nodes[1]).toEqual({
    operation: 'Reshape',
    inputs: [0],
    attributes: { shape: [{ perBatch: 2, constant: 0 }] },
    type: { shape: [{ perBatch: 2, constant: 0 }], dtype: 'float32' },
  });
  expect(outputs).toEqual([{ name: 'y', node: 1 }]);
});

test('one recording is a graph of plain numbers', () => {
  expect(unify([recording(7, [14])], [7]).nodes[1]!.type.shape).toEqual([14]);
});

test('the node that differs is named', () => {
  const recordings = batches.map((batch) => recording(batch, [batch ** 2]));
  expect(() => unify(recordings, batches)).toThrow(
    'Reshape (node 1): got 49, 121, 256 at batch sizes 7, 11, 16',
  );
});

test('recordings of another length or with other outputs are refused', () => {
  const [first, ...others] = batches.map((batch) => recording(batch, [2 * batch])) as [Recording, Recording];
  const shorter = { ...first, nodes: first.nodes.slice(0, 1) };
  expect(() => unify([shorter, ...others], batches)).toThrow(/more operations/);
  expect(() => unify([others[0], shorter], batches)).toThrow(/Reshape \(node 1\).*other operations/);
  expect(() => unify([first, others[0], recording(16, [32], 'z')], batches)).toThrow(/other tensors/);
});
