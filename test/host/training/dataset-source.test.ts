import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { expect, it, onTestFinished } from 'vitest';
import { parseSource } from '../../../src/datasets/parse-source';
import { datasetName, datasetSource } from '../../../src/host/training/dataset-source';
import { npy, ramp } from '../../datasets/array-fixtures';

it('tells files apart by their content, as the engine does', async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'source-test-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const array = npy(ramp(16), { descr: '|u1', shape: [1, 4, 4] });
  const files = {
    'faces.npy': array,
    'mnist.npz': zipSync({ 'x.npy': array }),
    renamed: zipSync({ 'a.png': ramp(3) }),
    'train.parquet': Buffer.from('PAR1'),
    odd: Buffer.from([0, 0, 8, 3, 0]),
  };
  const kinds: string[] = [];
  for (const [name, bytes] of Object.entries(files)) {
    await writeFile(join(folder, name), bytes);
    const source = await datasetSource(name, folder);
    expect(source).toEqual(await parseSource(name, folder));
    kinds.push(`${datasetName(source)} ${source.kind}`);
  }
  expect(kinds).toEqual(['faces npy', 'mnist zip', 'renamed zip', 'train parquet', 'odd idx']);
  expect(await datasetSource('.', folder)).toMatchObject({ kind: 'parquet' });
});
