/** Tables opened by a spreadsheet: a name that looks like a formula is text in every table that is written. */
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { csvField } from '../../src/shared/csv-field';
import { Cli, writeImages } from '../cli/support';
import { SMALL } from './support';

const FORMULAS = [
  '=1+1',
  '+1+1',
  '-1+1',
  '@SUM(1)',
  '\t=1',
  '\r=1',
  '=HYPERLINK("http://x","y")',
  '-',
  '=',
  '+-1',
];

describe('a cell', () => {
  test.each(FORMULAS)('%j is text', (text) => {
    const field = csvField(text);
    const cell = field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field;
    expect(cell).toBe(`'${text}`);
  });

  test.each(['-1.5', '+2', '-1e-7', '-.5', '3', '-Infinity', 'NaN', '', 'a=1', 'x-1', 'folder/=1.png'])(
    '%j stays as it is',
    (text) => expect(csvField(text)).toBe(text),
  );
});

describe('tables of vae', () => {
  let cli: Cli;
  beforeAll(async () => {
    cli = await Cli.build();
    await writeImages(cli.path('made'), 20, 28);
    await mkdir(cli.path('images'));
    for (let i = 0; i < 20; i++)
      await copyFile(cli.path('made', `${i}.png`), cli.path('images', i === 3 ? '=1+1.png' : `${i}.png`));
    const { code, stderr } = await cli.run([
      ...['train', '--data', 'images', ...SMALL, '--samples', '200', '--run', 'run'],
    ]);
    expect(`${code} ${stderr}`).toBe('0 ');
  });
  afterAll(() => cli.dispose());

  test('encode', async () => {
    const args = ['encode', 'run', './images/=1+1.png', '--engine', 'onnx', '--out', 'a.csv'];
    const { code, stderr } = await cli.run(args, { cwd: cli.cwd });
    expect(`${code} ${stderr}`).toBe('0 ');
    expect(await readFile(cli.path('a.csv'), 'utf8')).not.toMatch(/^[=+@]/m);
    const inside = ['encode', '../run', '=1+1.png', '--engine', 'onnx', '--out', 'b.csv'];
    expect((await cli.run(inside, { cwd: cli.path('images') })).code).toBe(0);
    expect(await readFile(cli.path('images/b.csv'), 'utf8')).toMatch(/^'=1\+1\.png,-/m);
  });

  test('evaluate --per-image', async () => {
    const args = ['evaluate', 'run', '--split', 'train', '--engine', 'onnx', '--per-image', 'c.csv'];
    const { code, stderr } = await cli.run(args);
    expect(`${code} ${stderr}`).toBe('0 ');
    const ids = (await readFile(cli.path('c.csv'), 'utf8')).split('\n').map((line) => line.split(',')[0]!);
    expect(ids.filter((id) => /^[=+@]/.test(id))).toEqual([]);
    expect(ids.length).toBeGreaterThan(10);
  });
});
