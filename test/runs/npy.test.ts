import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { encodeNpy } from '../../src/runs/npy';

const values = Float32Array.from([1.5, -2, 0.1, 4, 5, 6, 7, 8, 9, 10, 11, 12]);

test('starts with the magic, version 1.0 and a header whose end is a multiple of 64', () => {
  const file = encodeNpy(values, [2, 2, 3]);
  expect([...file.subarray(0, 8)]).toEqual([0x93, ...Buffer.from('NUMPY'), 1, 0]);
  const length = new DataView(file.buffer).getUint16(8, true);
  expect((10 + length) % 64).toBe(0);
  const header = Buffer.from(file.subarray(10, 10 + length)).toString('ascii');
  expect(header).toMatch(/^\{'descr': '<f4', 'fortran_order': False, 'shape': \(2, 2, 3\), \} *\n$/);
  expect(new Float32Array(file.slice(10 + length).buffer)).toEqual(values);
});

test('a shape of one dimension has the comma that Python asks for', () => {
  expect(Buffer.from(encodeNpy(values, [12])).toString('latin1')).toContain("'shape': (12,), ");
});

test('a shape that does not fit is an error', () => {
  expect(() => encodeNpy(values, [5])).toThrow('got 12 values, expected 5');
});

const hasNumpy = spawnSync('python3', ['-c', 'import numpy']).status === 0;

test.skipIf(!hasNumpy)('numpy reads it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'npy-'));
  try {
    writeFileSync(join(folder, 'a.npy'), encodeNpy(values, [2, 2, 3]));
    const script =
      'import numpy,sys,json; a=numpy.load(sys.argv[1]); print(json.dumps([a.shape, str(a.dtype), a.tolist()]))';
    const { stdout } = spawnSync('python3', ['-c', script, join(folder, 'a.npy')], { encoding: 'utf8' });
    const [shape, type, rows] = JSON.parse(stdout) as [number[], string, number[][][]];
    expect(shape).toEqual([2, 2, 3]);
    expect(type).toBe('float32');
    expect(Float32Array.from(rows.flat(2))).toEqual(values);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
