import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plainMarkdown } from '../../src/export/model-card/markdown';
import { loadImage } from '../../src/datasets/load';
import { changeAbout } from '../../src/runs/about';
import type { RunConfig } from '../../src/runs/config';
import { readMetrics } from '../../src/runs/metrics';
import { Cli, objects, trainBriefly, writeImages } from '../cli/support';
import { once } from '../support/once';

let cli: Cli;
const HOSTILE = 'x](http://a) ![p](http://b) <img src=c> | # `d` *e* \u202e';

beforeAll(async () => {
  cli = await Cli.build();
  await writeImages(cli.path('images'), 40, 12, 8);
  await trainBriefly(cli, 'run');
  await changeAbout(cli.path('run'), () => ({
    name: HOSTILE,
    notes: `first\n# second ${HOSTILE}`,
    tags: ['a|b'],
  }));
});
afterAll(() => cli.dispose());

const exported = async (
  run: string,
  out: string,
): Promise<{ notes: string[]; files: string[]; card: string }> => {
  const args = ['export', run, '--format', 'model-card', '--engine', 'onnx', '--out', out, '--json'];
  const { code, stdout, stderr } = await cli.run(args);
  expect(`${code} ${stderr}`).toBe('0 ');
  const { notes, files } = objects(stdout).at(-1) as { notes: string[]; files: string[] };
  return { notes, files, card: await readFile(cli.path(out, 'model-card.md'), 'utf8') };
};
const card = once(() => exported('run', 'out'));

/** The cells of the line of a table that begins with a text. */
const cells = (text: string, first: string): string[] =>
  (text.split('\n').find((line) => line.startsWith(`| ${first} `)) ?? '')
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

test('the card has the numbers of `vae evaluate` and of the best validation, with their conditions', async () => {
  const { card: text, notes } = await card();
  expect(notes).toEqual([]);
  const { stdout } = await cli.run(['evaluate', 'run', '--engine', 'onnx', '--json']);
  const [bound] = objects(stdout) as Record<string, number>[];
  const nats = (value: number): string => value.toFixed(2).replace('-', '−');
  expect(cells(text, 'test').slice(1, 6)).toEqual([
    ...[nats(bound!['elbo']!), nats(bound!['standardError']!), nats(bound!['reconstruction']!)],
    ...[nats(bound!['kl']!), String(bound!['count'])],
  ]);
  const validations = (await readMetrics(cli.path('run'))).filter((row) => row.type === 'validation');
  expect(cells(text, 'validation, the best one')[1]).toBe(
    nats(Math.max(...validations.map(({ elbo }) => elbo))),
  );
  expect(text).toContain('grey values under Bernoulli: not a log-likelihood');
  expect(text).toContain('1 draw of the latent variables per image, seed 0');
  expect(cells(text, 'Images')[1]).toMatch(/^40 \(\d+ train, \d+ validation, \d+ test\)$/);
  expect(cells(text, 'Size')[1]).toMatch(/^12 × 8 pixels, /);
  expect(cells(text, 'Latent dimensions')[1]).toBe('3');
});

test('settings are listed, and no path of the machine', async () => {
  const { card: text } = await card();
  expect(cells(text, String.raw`model\.latent`)[1]).toBe('3');
  expect(cells(text, 'seed')[1]).toBe('0');
  expect(text).not.toContain(cli.cwd);
  expect(text).not.toContain('file:');
});

test('what others have written is shown as it is, and is no markup', async () => {
  const { card: text } = await card();
  expect(
    text
      .split('\n')
      .filter((line) => /^#+ /.test(line))
      .map((line) => line.slice(0, 12)),
  ).toEqual([...['# x\\]\\(http\\', '## Data', '## Model', '## Bounds', '## Pictures', '## Settings']]);
  // The only pictures are those of the card.
  expect([...text.matchAll(/(?<!\\)!\[[^\]]*\]\(([^)]*)\)/g)].map(([, path]) => path)).toEqual([
    ...['model-card/reconstructions.png', 'model-card/samples.png'],
  ]);
  expect(text).not.toMatch(/(?<!\\)<|\u202e/);
  expect(text).toContain('> first  \n> \\# second ');
  expect(text).toContain('Tags: a\\|b');
});

test('every character that Markdown could take for markup is escaped', () => {
  const special = '\\`*_{}[]()<>#+-.!|&~:@$';
  expect(plainMarkdown(special)).toBe([...special].map((character) => `\\${character}`).join(''));
  expect(plainMarkdown('a\nb é 日')).toBe('a\\\\nb é 日');
});

test('its pictures are pictures: pairs of rows of images, and samples', async () => {
  await card();
  const sizeOf = async (name: string): Promise<number[]> => {
    const png = await readFile(cli.path('out', 'model-card', name));
    return [png.readUInt32BE(16), png.readUInt32BE(20)];
  };
  const config = JSON.parse(await readFile(cli.path('run', 'config.json'), 'utf8')) as RunConfig;
  const { width, height } = config.data;
  const tiles = (columns: number, rows: number): number[] => [
    2 * (columns * (width + 2) + 2),
    2 * (rows * (height + 2) + 2),
  ];
  const { stdout } = await cli.run(['evaluate', 'run', '--engine', 'onnx', '--json']);
  const count = Math.min(20, (objects(stdout) as { count: number }[])[0]!.count);
  expect(await sizeOf('reconstructions.png')).toEqual(tiles(Math.min(10, count), 2 * Math.ceil(count / 10)));
  expect(await sizeOf('samples.png')).toEqual(tiles(10, 4));
  // It decodes, and is not of one colour.
  const shape = { width: 20, height: 20, channels: 1 as const };
  const pixels = await loadImage(cli.path('out', 'model-card', 'samples.png'), shape);
  expect(new Set(pixels).size).toBeGreaterThan(3);
});

test('without its images a run has samples and its validations, and says so', async () => {
  await cp(cli.path('run'), cli.path('moved'), { recursive: true });
  const path = cli.path('moved', 'config.json');
  const config = JSON.parse(await readFile(path, 'utf8')) as RunConfig;
  const data = { ...config.data, source: { ...config.data.source, uri: 'file:///gone' } };
  await writeFile(path, JSON.stringify({ ...config, data }));
  const { notes, files, card: text } = await exported('moved', 'none');
  expect(notes).toEqual([expect.stringMatching(/^There are no reconstructions and no test bound\. .*gone/)]);
  expect(files).toEqual([
    cli.path('none', 'model-card.md'),
    cli.path('none', join('model-card', 'samples.png')),
  ]);
  expect(text).not.toContain('reconstructions.png');
  expect(cells(text, 'test')).toEqual([]);
  expect(cells(text, 'validation, the best one')).toHaveLength(7);
});
