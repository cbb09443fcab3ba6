import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { encodeNpy } from '../../../src/runs/npy';
import { loadDataset } from '../../../src/datasets/load';
import type { LoadOptions } from '../../../src/datasets/load';
import { parseNpyHeader } from '../../../src/datasets/arrays/npy';
import { bytesOf, npy, npyWithHeader, ramp } from '../array-fixtures';
import { temporaryFolder, writeFiles } from '../fixtures';

async function load(bytes: Uint8Array, options?: LoadOptions) {
  const folder = await temporaryFolder();
  await writeFiles(folder, { 'a.npy': bytes });
  return loadDataset({ kind: 'npy', uri: pathToFileURL(join(folder, 'a.npy')).href }, options);
}

describe('the header of an array', () => {
  // numpy.save(f, numpy.arange(2, dtype='<i2')), byte for byte.
  const saved = Buffer.from(
    '934e554d5059010076007b276465736372273a20273c6932272c2027666f727472616e5f6f72646572273a2046616c73652c' +
      '20277368617065273a2028322c292c207d' +
      '20'.repeat(60) +
      '0a' +
      '00000100',
    'hex',
  );

  it('is that of a file by NumPy', () => {
    expect(saved).toHaveLength(128 + 4);
    expect(parseNpyHeader('a', saved)).toEqual({
      ...{ kind: 'i', itemSize: 2, bigEndian: false, fortranOrder: false },
      ...{ shape: [2], start: 128, length: 4 },
    });
  });

  it('is read in its three versions, and what we write ourselves', () => {
    for (const version of [1, 2, 3] as const) {
      const file = npy(ramp(24), { descr: '|u1', shape: [2, 3, 4], version });
      expect(parseNpyHeader('a', file)).toMatchObject({ kind: 'u', shape: [2, 3, 4], length: 24 });
      expect(parseNpyHeader('a', file).start).toBe(file.length - 24);
    }
    expect(parseNpyHeader('a', encodeNpy(new Float32Array(6), [2, 3]))).toMatchObject({
      ...{ kind: 'f', itemSize: 4, shape: [2, 3] },
    });
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['of nothing', new Uint8Array(), /begins with nothing, expected 934e554d5059/],
    ['of something else', Buffer.from('hello world'), /begins with 68656c6c6f20/],
    ['of a later version', saved.with(6, 4), /format version 4, expected 1, 2 or 3/],
    ['that is cut', saved.subarray(0, 40), /truncated in its header/],
    [
      'that is huge',
      Buffer.from('934e554d50590200ffffffff', 'hex'),
      /a header of 4294967295 bytes, expected/,
    ],
    [
      'of objects',
      npyWithHeader("{'descr': '|O', 'fortran_order': False, 'shape': (3,), }", ramp(3)),
      /objects, which can hold code and are never loaded/,
    ],
    [
      'of records',
      npyWithHeader("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (3,), }", ramp(3)),
      /a structured array .*, expected plain numbers/,
    ],
    [
      'of complex numbers',
      npyWithHeader("{'descr': '<c8', 'fortran_order': False, 'shape': (3,), }", ramp(3)),
      /values of type '<c8', expected bool, uint8/,
    ],
    [
      'with code in it',
      npyWithHeader("{'descr': '|u1', 'fortran_order': False, 'shape': (__import__('os'),), }", ramp(3)),
      /expected a dictionary of descr, fortran_order and shape/,
    ],
    [
      'that lies',
      npyWithHeader("{'descr': '|u1', 'fortran_order': False, 'shape': (999999999, 99999999), }", ramp(3)),
      /999999999 × 99999999 of 1 bytes a value takes .*, limit 2147483648/,
    ],
    [
      'with a strange key',
      npyWithHeader("{'descr': '|u1', 'shape': (3,), }", ramp(3)),
      /expected a dictionary/,
    ],
  ])('%s is refused', (_, bytes, message) => {
    expect(() => parseNpyHeader('a.npy', bytes)).toThrow(message);
    expect(() => parseNpyHeader('a.npy', bytes)).toThrow(expect.objectContaining({ name: 'DataError' }));
  });
});

describe('an array of images', () => {
  it('is read as it is, with the file and the position as ids', async () => {
    const dataset = await load(npy(ramp(3 * 5 * 4), { descr: '|u1', shape: [3, 5, 4] }));
    expect(dataset).toMatchObject({ name: 'a', count: 3, shape: { width: 4, height: 5, channels: 1 } });
    expect(dataset.images.resident!).toEqual(ramp(60));
    expect([dataset.id(0), dataset.id(2)]).toEqual(['a.npy#0', 'a.npy#2']);
    expect(dataset.labels).toBeUndefined();
    expect(dataset.split).toBeUndefined();
  });

  it('has one or three channels, last or second', async () => {
    const last = await load(npy(ramp(2 * 4 * 5 * 3), { descr: '|u1', shape: [2, 4, 5, 3] }));
    expect(last.shape).toEqual({ width: 5, height: 4, channels: 3 });
    expect(last.images.resident!).toEqual(ramp(120));
    // [image, channel, row, column] to [image, row, column, channel].
    const second = await load(npy(ramp(2 * 3 * 4 * 5), { descr: '|u1', shape: [2, 3, 4, 5] }));
    expect(second.shape).toEqual({ width: 5, height: 4, channels: 3 });
    const expected = Uint8Array.from({ length: 120 }, (_, i) => {
      const [image, pixel, channel] = [Math.floor(i / 60), Math.floor((i % 60) / 3), i % 3];
      return image * 60 + channel * 20 + pixel;
    });
    expect(second.images.resident!).toEqual(expected);
    for (const shape of [
      [2, 4, 5, 1],
      [2, 1, 4, 5],
    ]) {
      expect((await load(npy(ramp(40), { descr: '|u1', shape }))).images.resident).toEqual(ramp(40));
    }
  });

  it('is the same in the order of Fortran', async () => {
    // Value i of [image, row, column] lies at image + 2 * (row + 4 * column).
    const data = new Uint8Array(40);
    for (let i = 0; i < 40; i++) {
      const [image, row, column] = [Math.floor(i / 20), Math.floor((i % 20) / 5), i % 5];
      data[image + 2 * (row + 4 * column)] = i;
    }
    const dataset = await load(npy(data, { descr: '|u1', shape: [2, 4, 5], fortran: true }));
    expect(dataset.images.resident!).toEqual(ramp(40));
  });

  const greys = Uint8Array.from({ length: 32 }, (_, i) => 8 * i);
  it.each<[string, Uint8Array]>([
    ['<u2', bytesOf(Uint16Array.from(greys))],
    ['>u2', Buffer.from(bytesOf(Uint16Array.from(greys))).swap16()],
    ['<i2', bytesOf(Int16Array.from(greys))],
    ['<u4', bytesOf(Uint32Array.from(greys))],
    ['<i4', bytesOf(Int32Array.from(greys))],
    ['>i4', Buffer.from(bytesOf(Int32Array.from(greys))).swap32()],
    ['<i8', bytesOf(BigInt64Array.from(greys, BigInt))],
    ['<f4', bytesOf(Float32Array.from(greys, (grey) => grey / 255))],
    ['<f8', bytesOf(Float64Array.from(greys, (grey) => grey / 255))],
    ['>f8', Buffer.from(bytesOf(Float64Array.from(greys, (grey) => grey / 255))).swap64()],
  ])('of %s values holds the same bytes', async (descr, data) => {
    expect((await load(npy(data, { descr, shape: [2, 4, 4] }))).images.resident).toEqual(greys);
  });

  it('of truth values is black and white, and floats are rounded, halves up', async () => {
    const flags = await load(
      npy(
        Uint8Array.from({ length: 16 }, (_, i) => i % 2),
        { descr: '|b1', shape: [1, 4, 4] },
      ),
    );
    expect([...flags.images.resident!.subarray(0, 4)]).toEqual([0, 255, 0, 255]);
    const values = new Float64Array(16);
    values.set([1, 0.5, 0.1, 0.499 / 255, 0.5 / 255]);
    const floats = await load(npy(bytesOf(values), { descr: '<f8', shape: [1, 4, 4] }));
    // 127.5 and 25.5 go up.
    expect([...floats.images.resident!.subarray(0, 5)]).toEqual([255, 128, 26, 0, 1]);
  });

  it.each<[string, string, Uint8Array, number[], RegExp]>([
    ['a single image', '|u1', ramp(16), [4, 4], /an array 4 × 4, expected \[N, H, W\]/],
    ['five channels', '|u1', ramp(160), [2, 4, 4, 5], /an array 2 × 4 × 4 × 5, expected/],
    ['no images', '|u1', ramp(0), [0, 4, 4], /an array 0 × 4 × 4: expected every size to be at least 1/],
    ['tiny images', '|u1', ramp(12), [3, 2, 2], /image width: got 2, expected 4 to 1024/],
    ['missing bytes', '|u1', ramp(40), [3, 4, 4], /expected 176 by its header: it is truncated/],
    ['bytes too many', '|u1', ramp(50), [3, 4, 4], /it has more than one array/],
  ])('with %s is refused', async (_, descr, data, shape, message) => {
    await expect(load(npy(data, { descr, shape }))).rejects.toThrow(message);
    await expect(load(npy(data, { descr, shape }))).rejects.toMatchObject({ name: 'DataError' });
  });

  it('is brought to the shape that is asked for, and stops when it is aborted', async () => {
    const file = npy(new Uint8Array(2 * 64).fill(50), { descr: '|u1', shape: [2, 8, 8] });
    const dataset = await load(file, { width: 4, channels: 3 });
    expect(dataset.images.resident!).toEqual(new Uint8Array(2 * 4 * 4 * 3).fill(50));
    await expect(load(file, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  });
});
