/** `--leave-out` on datasets that lie in one file or a few: from the list to the numbers of a run. */
import { writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { zipSync } from 'fflate';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodePng } from '../../src/images/codecs/png-encode';
import type { DatasetSource } from '../../src/datasets/dataset';
import { readConfig } from '../../src/runs/store';
import { exclude, excludedFile } from '../../src/runs/excluded-images';
import { npy } from '../datasets/array-fixtures';
import { idx, writeFiles } from '../datasets/fixtures';
import { Cli, objects } from './support';

const COUNT = 60;
const SHAPE = { width: 8, height: 8, channels: 1 } as const;
/** Stripes that move on by a pixel from image to image. */
const images = Array.from({ length: COUNT }, (_, i) =>
  Uint8Array.from({ length: 64 }, (_, pixel) => ((pixel + i) % 8 < 4 ? 20 : 200 + (i % 8))),
);
const joined = (first: number, end: number) => Buffer.concat(images.slice(first, end));

let cli: Cli;
beforeAll(async () => {
  cli = await Cli.build();
  const columns = [
    { name: 'image', type: 'BYTE_ARRAY', data: images.map((bytes) => encodePng({ ...SHAPE, bytes })) },
  ] as Parameters<typeof parquetWriteBuffer>[0]['columnData'];
  await writeFiles(cli.cwd, {
    'set/train-images-idx3-ubyte': idx([48, 8, 8], joined(0, 48)),
    'set/t10k-images-idx3-ubyte': idx([12, 8, 8], joined(48, 60)),
    'a.npz': zipSync({ 'images.npy': npy(joined(0, 60), { descr: '|u1', shape: [60, 8, 8] }) }),
    'a.npy': npy(joined(0, 60), { descr: '|u1', shape: [60, 8, 8] }),
    'a.parquet': new Uint8Array(parquetWriteBuffer({ columnData: columns })),
  });
});
afterAll(() => cli.dispose());

const TINY = ['hidden=8', 'latent=2', 'minibatch=10'].flatMap((setting) => ['--set', setting]);
const train = (run: string, data: string, ...more: string[]) =>
  cli.run(['train', '--data', data, '--run', run, '--samples', '200', '--threads', '1', ...TINY, ...more]);

/** @param inside as the run records what is left out, for the id that is listed for it */
const kinds: [DatasetSource['kind'], data: string, ids: string[], inside?: string[]][] = [
  ['idx', 'set', ['t10k-images-idx3-ubyte#3', 'train-images-idx3-ubyte#47', 'gone#1']],
  ['zip', 'a.npz', ['a.npz#images#5', 'images#6'], ['images#5', 'images#6']],
  ['npy', 'a.npy', ['a.npy#0', 'a.npy#59']],
  ['parquet', 'a.parquet', ['a.parquet#5', 'a.parquet#6']],
  ['digits', 'digits:60', ['digits#5', 'digits#6']],
];

test.each(kinds)(
  '%s: a run without some images, which evaluate and inspect see, too',
  async (kind, data, ids, inside) => {
    await writeFile(cli.path('list.txt'), ids.join('\n'));
    const run = `without-${kind}`;
    expect(await train(run, data, '--leave-out', 'list.txt')).toMatchObject({ code: 0 });
    const config = await readConfig(cli.path(run));
    expect(config.data).toMatchObject({ count: 58, source: { kind, leftOut: inside ?? ids } });

    const evaluate = ['evaluate', run, '--split', 'all', '--json', '--threads', '1'];
    const evaluation = await cli.run([...evaluate, '--per-image', 'all.csv']);
    expect(evaluation).toMatchObject({ code: 0, stderr: '' });
    expect(objects(evaluation.stdout)[0]).toMatchObject({ count: 58 });

    const { stdout } = await cli.run(['inspect', data, '--leave-out', 'list.txt', '--json']);
    expect(objects(stdout)[0]).toMatchObject({ count: 58, fingerprint: config.data.fingerprint });
  },
);

test('the list that VS Code keeps counts for the dataset that it names', async () => {
  const uri = pathToFileURL(cli.path('set')).href;
  await exclude(excludedFile(cli.path('.vae', 'runs')), uri, ['train-images-idx3-ubyte#0']);
  const inspect = (data: string) => cli.run(['inspect', data, '--leave-out', '.vae/excluded.json', '--json']);
  const { stdout } = await inspect('set');
  // Of 48 training images the last 8 are for validation.
  expect(objects(stdout)[0]).toMatchObject({
    count: 59,
    split: { train: 39, validation: 8, test: 12, own: true },
  });
  expect(await inspect('a.npy')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('excluded.json: got 0 images to leave out') as string,
  });
});

test('a list of too much ends with a word, and no run', async () => {
  const all = Array.from({ length: 12 }, (_, i) => `t10k-images-idx3-ubyte#${i}`);
  await writeFile(cli.path('list.txt'), all.join('\n'));
  const refused = await train('none', 'set', '--leave-out', 'list.txt');
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(/set: all 12 images of its part 'test' are left out.*leave out fewer/);
  await expect(readConfig(cli.path('none'))).rejects.toThrow();
});
