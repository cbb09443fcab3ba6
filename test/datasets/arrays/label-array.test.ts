import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { loadDataset } from '../../../src/datasets/load';
import { bytesOf, npy } from '../array-fixtures';
import { temporaryFolder, writeFiles } from '../fixtures';

const images = (count: number) => npy(new Uint8Array(16 * count), { descr: '|u1', shape: [count, 4, 4] });

async function load(labels: Uint8Array, count = 3, rules?: 1 | 2) {
  const folder = await temporaryFolder();
  await writeFiles(folder, { 'a.npz': zipSync({ 'x.npy': images(count), 'y.npy': labels }) });
  const dataset = await loadDataset({ kind: 'zip', uri: pathToFileURL(join(folder, 'a.npz')).href, rules });
  expect(dataset.skipped).toEqual([]);
  const { labels: read, notes } = dataset;
  return {
    found: read && Array.from(read.values, (value) => read.names[value] ?? null),
    notes: notes
      .filter(({ subject }) => subject === 'labels')
      .map(({ subject, level, text }) => `${subject} ${level}: ${text}`),
  };
}

/** Texts as `numpy.array(texts)` stores them. */
function texts(values: readonly string[], bigEndian = false): Uint8Array {
  const length = Math.max(...values.map((value) => [...value].length));
  const data = Buffer.alloc(4 * length * values.length);
  values.forEach((value, i) =>
    [...value].forEach((character, k) =>
      data[bigEndian ? 'writeUInt32BE' : 'writeUInt32LE'](character.codePointAt(0)!, 4 * (i * length + k)),
    ),
  );
  return npy(data, { descr: `${bigEndian ? '>' : '<'}U${length}`, shape: [values.length] });
}

describe('labels in an array', () => {
  it.each<[string, Uint8Array, (string | null)[]]>([
    ['whole numbers', npy(Uint8Array.of(2, 0, 1), { descr: '|u1', shape: [3] }), ['2', '0', '1']],
    ['a column', npy(bytesOf(Int32Array.of(2, 0, 1)), { descr: '<i4', shape: [3, 1] }), ['2', '0', '1']],
    ['a row', npy(bytesOf(Int32Array.of(2, 0, 1)), { descr: '<i4', shape: [1, 3] }), ['2', '0', '1']],
    [
      'whole floats',
      npy(bytesOf(Float64Array.of(2, NaN, 1)), { descr: '<f8', shape: [3] }),
      ['2', null, '1'],
    ],
    ['truth values', npy(Uint8Array.of(1, 0, 1), { descr: '|b1', shape: [3] }), ['1', '0', '1']],
    ['-1 for none', npy(bytesOf(Int8Array.of(-1, 0, 1)), { descr: '|i1', shape: [3] }), [null, '0', '1']],
    ['two signs', npy(bytesOf(Int8Array.of(-1, 1, -1)), { descr: '|i1', shape: [3] }), ['-1', '1', '-1']],
    [
      'large numbers',
      npy(bytesOf(BigInt64Array.of(2084071n, 5n, 5n)), { descr: '<i8', shape: [3] }),
      ['2084071', '5', '5'],
    ],
    ['texts', texts(['cat', 'Ærø', '']), ['cat', 'Ærø', null]],
    [
      'texts in the other order of bytes',
      texts(['cat', '\u{1f40c}', 'cat'], true),
      ['cat', '\u{1f40c}', 'cat'],
    ],
    [
      'bytes',
      npy(Buffer.from('dog\0\0cat\0\0Caf\xc3\xa9', 'latin1'), { descr: '|S5', shape: [3] }),
      ['dog', 'cat', 'Café'],
    ],
    ['one of a kind', npy(Uint8Array.of(0, 1, 1, 0, 0, 1), { descr: '|u1', shape: [3, 2] }), ['1', '0', '1']],
    [
      'one of a kind by columns',
      npy(bytesOf(Float32Array.of(0, 1, 0, 1, 0, 1)), { descr: '<f4', shape: [3, 2], fortran: true }),
      ['1', '0', '1'],
    ],
  ])('are read: %s', async (_, labels, expected) => {
    const { found, notes } = await load(labels);
    expect(found).toEqual(expected);
    expect(notes).toEqual(['labels info: the labels are those of the array y']);
  });

  it.each<[string, Uint8Array, string]>([
    [
      'too few',
      npy(Uint8Array.of(1, 2), { descr: '|u1', shape: [2] }),
      'y: labels 2, expected one for each of 3 images',
    ],
    [
      'fractions',
      npy(bytesOf(Float64Array.of(1, 0.5, 0)), { descr: '<f8', shape: [3] }),
      'y: label 0.5, expected whole numbers or texts',
    ],
    [
      'several of a kind',
      npy(Uint8Array.of(1, 1, 1, 0, 0, 1), { descr: '|u1', shape: [3, 2] }),
      'y: labels 3 × 2: row 0 has several 1, expected one 1',
    ],
    [
      'none of a kind',
      npy(Uint8Array.of(1, 0, 0, 0, 0, 1), { descr: '|u1', shape: [3, 2] }),
      'y: labels 3 × 2: row 1 has no 1',
    ],
    [
      'values of several kinds',
      npy(Uint8Array.of(1, 7, 0, 0, 0, 1), { descr: '|u1', shape: [3, 2] }),
      'y: labels 3 × 2: row 0 has 7',
    ],
    [
      'texts of 4 kB',
      npy(new Uint8Array(3 * 4004), { descr: '<U1001', shape: [3] }),
      'y: labels 3 of 4004 bytes each',
    ],
    [
      'objects',
      npy(new Uint8Array(24), { descr: '|O', shape: [3] }),
      "a.npz#y: values of type '|O' (objects, which can hold code",
    ],
  ])('are not: %s', async (_, labels, reason) => {
    const { found, notes } = await load(labels);
    expect(found).toBeUndefined();
    expect(notes).toEqual([expect.stringContaining(`labels warning: no labels of the array y: ${reason}`)]);
  });

  it('by the rules 1 are numbers from 0', async () => {
    expect(
      (await load(npy(bytesOf(Float64Array.of(2, 0, 1)), { descr: '<f8', shape: [3] }), 3, 1)).found,
    ).toEqual(['2', '0', '1']);
    expect((await load(texts(['a', 'b', 'c']), 3, 1)).found).toBeUndefined();
    expect(
      (await load(npy(bytesOf(Int8Array.of(-1, 0, 1)), { descr: '|i1', shape: [3] }), 3, 1)).found,
    ).toBeUndefined();
  });

  it('of a training part and a test part share their names', async () => {
    const folder = await temporaryFolder();
    const arrays = {
      'x_train.npy': images(3),
      'x_test.npy': images(2),
      'y_train.npy': texts(['dog', 'cat', 'dog']),
      'y_test.npy': texts(['ant', 'dog']),
    };
    await writeFiles(folder, { 'a.npz': zipSync(arrays) });
    const { labels } = await loadDataset({ kind: 'zip', uri: pathToFileURL(join(folder, 'a.npz')).href });
    expect(labels).toEqual({ names: ['ant', 'cat', 'dog'], values: Int32Array.of(2, 1, 2, 0, 2) });
  });
});
