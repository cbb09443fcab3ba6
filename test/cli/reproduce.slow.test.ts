import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeImage } from '../../src/images/codecs/decode';
import { readRun } from '../../src/runs/store';
import { idx } from '../datasets/fixtures';
import { Hold } from '../support/hold';
import { once } from '../support/once';
import { Cli, ended, objects } from './support';
import type { Ended } from './support';

let cli: Cli;
beforeAll(async () => {
  cli = await Cli.build();
});
afterAll(() => cli.dispose());

const reproduce = (...args: string[]): Promise<Ended> =>
  cli.run(['reproduce', 'figure2', '--threads', '1', ...args]);
interface Table {
  readonly data: { readonly name: string; readonly mnist: boolean };
  readonly remarks: string[];
  readonly panels: {
    readonly latent: number;
    readonly algorithm: string;
    readonly samples: number;
    readonly test: number;
    readonly standardError: number;
    readonly testImages: number;
    readonly validation: number;
    readonly paper: number | null;
    readonly difference: number | null;
    readonly curve: { readonly samples: number; readonly validation: number }[];
  }[];
}
const table = async (out: string): Promise<Table> =>
  JSON.parse(await readFile(cli.path(out, 'table.json'), 'utf8')) as Table;

describe('built-in digits', () => {
  const FIRST = ['--data', 'digits:200', '--samples', '6000', '--latents', '20,3', '--out', 'fig'];
  const figure = once(() => reproduce(...FIRST));

  test('trains each panel, and writes the figure twice and the table twice', async () => {
    const { code, stdout, stderr } = await figure();
    expect(code).toBe(0);
    expect(stderr).toContain('digits is not MNIST');
    expect(stdout).toMatch(
      /Nz 3, wake-sleep, at 6,000 samples: test bound -[\d,]+\.\d\d \(standard error [\d,]+\.\d\d\), the paper has no value there/,
    );
    expect((await readdir(cli.path('fig'))).sort()).toEqual([
      'figure2.png',
      'figure2.svg',
      'runs',
      'table.json',
      'table.md',
    ]);
    const { panels, data, remarks } = await table('fig');
    expect(data).toMatchObject({ name: 'digits', mnist: false });
    expect(remarks[0]).toContain('not MNIST');
    expect(
      panels.map(({ latent, algorithm, samples, testImages, paper }) => [
        ...[latent, algorithm, samples, testImages, paper],
      ]),
    ).toEqual([
      [3, 'aevb', 6000, 20, null],
      [3, 'wake-sleep', 6000, 20, null],
      [20, 'aevb', 6000, 20, null],
      [20, 'wake-sleep', 6000, 20, null],
    ]);
    for (const { algorithm, test: bound, standardError, validation, curve } of panels) {
      // 784 log 2: what a model that knows nothing reaches. Wake-sleep's first steps overshoot by far.
      expect(bound).toBeGreaterThan(algorithm === 'aevb' ? -543.4 : -Number.MAX_VALUE);
      expect(standardError).toBeGreaterThan(0);
      expect(curve.at(-1)).toMatchObject({ samples: 6000, validation });
    }
    const { config } = await readRun(cli.path('fig', 'runs', 'nz3'));
    expect(config).toMatchObject({ preset: 'aevb', seed: 0 });
    expect(config.model).toMatchObject({
      inputSize: 784,
      encoderHidden: [500],
      latent: 3,
      decoderHidden: [500],
    });
    expect((await readRun(cli.path('fig', 'runs', 'nz3-wake-sleep'))).config).toEqual({
      ...config,
      name: 'nz3-wake-sleep',
      preset: 'wake-sleep',
      createdAt: expect.any(String) as string,
      training: { ...config.training, algorithm: 'wake-sleep' },
    });
    const svg = await readFile(cli.path('fig', 'figure2.svg'), 'utf8');
    const [, width, height] = /width="([\d.]+)" height="([\d.]+)"/.exec(svg)!;
    const png = await decodeImage(await readFile(cli.path('fig', 'figure2.png')));
    expect([png.width, png.height]).toEqual([2 * Number(width), 2 * Number(height)]);
    const lines = (await readFile(cli.path('fig', 'table.md'), 'utf8'))
      .split('\n')
      .filter((line) => line.startsWith('| '));
    expect(lines[0]).toBe(
      '| Nz | algorithm | samples | test | standard error | validation | paper, test | difference | seconds |',
    );
    expect(lines[2]).toContain(`| 3 | AEVB | 6,000 | ${panels[0]!.test.toFixed(2)} |`);
  });

  test('run again, it trains nothing anew and comes to the same', async () => {
    await figure();
    const before = await table('fig');
    const { code, stdout } = await reproduce(...FIRST, '--json');
    expect(code).toBe(0);
    expect(objects(stdout).map(({ type }) => type)).toEqual([...Array<string>(4).fill('panel'), 'figure']);
    expect(await table('fig')).toEqual(before);
  });

  test('a run of other options is not taken for this one', async () => {
    await figure();
    const { code, stderr } = await reproduce(...FIRST, '--seed', '1');
    expect(code).toBe(2);
    expect(stderr).toMatch(/nz3 holds a run with seed 0, expected 1; choose another --out/);
    const other = await reproduce('--data', 'digits:210', ...FIRST.slice(2));
    expect(other.stderr).toMatch(/holds a run with images with fingerprint \w{12}, expected \w{12}/);
    const start = await reproduce(...FIRST, '--start', 'deviation');
    expect(start.stderr).toMatch(
      /nz3 holds a run with start values of standard deviation 0.1, expected 0.01/,
    );
  });

  test('start values can be read the other way', async () => {
    const { code } = await reproduce(
      ...['--data', 'digits:200', '--samples', '1000', '--latents', '3', '--algorithms', 'aevb'],
      ...['--start', 'deviation', '--out', 'narrow'],
    );
    expect(code).toBe(0);
    const { initialisation } = (await readRun(cli.path('narrow', 'runs', 'nz3'))).config;
    expect(initialisation).toEqual({ kind: 'normal', standardDeviation: 0.01 });
    expect((await table('narrow')).remarks.join()).toContain('0.01 read as a standard deviation');
    await figure();
    expect((await table('fig')).remarks.join()).toContain('0.01 read as a variance');
  });
});

test.skipIf(process.platform === 'win32')(
  'interrupted, it goes on where it stopped and comes to the same',
  async () => {
    const options = ['--data', 'digits:200', '--samples', '12000', '--latents', '5', '--algorithms', 'aevb'];
    const args = ['reproduce', 'figure2', '--threads', '1', ...options, '--out', 'cut', '--json'];
    const hold = new Hold([20]);
    const child = cli.start(args, { env: { ...hold.environment, XDG_STATE_HOME: cli.path('state') } });
    const first = ended(child);
    await hold.held(20);
    child.kill('SIGINT');
    hold.free(20);
    const { code, stdout } = await first;
    expect(code).toBe(130);
    expect(objects(stdout).at(-1)).toMatchObject({ type: 'ended', state: 'stopped' });
    expect(await readdir(cli.path('cut'))).toEqual(['runs']);
    const { lastRow, outcome } = await readRun(cli.path('cut', 'runs', 'nz5'));
    expect(outcome).toBe('stopped');
    expect(lastRow!.samples).toBeLessThan(12_000);

    const second = await cli.run(args);
    expect(second.code).toBe(0);
    expect(second.stderr).toContain('continues where it stopped');
    expect((await reproduce(...options, '--out', 'whole')).code).toBe(0);
    const [cut, whole] = [await table('cut'), await table('whole')];
    expect(cut.panels[0]!.test).toBe(whole.panels[0]!.test);
    expect(cut.panels[0]!.curve).toEqual(whole.panels[0]!.curve);
  },
);

/** A folder in the layout of MNIST: a bright square somewhere on black. */
async function writeIdx(name: string, side: number): Promise<void> {
  const images = (count: number): Uint8Array => {
    const bytes = new Uint8Array(count * side * side);
    for (let i = 0; i < count; i++) {
      const corner = i * side * side + (i % (side - 4)) * side + ((3 * i) % (side - 4));
      for (let y = 0; y < 4; y++) bytes.fill(220, corner + y * side, corner + y * side + 4);
    }
    return idx([count, side, side], bytes);
  };
  await mkdir(cli.path(name), { recursive: true });
  await writeFile(cli.path(name, 'train-images-idx3-ubyte'), images(120));
  await writeFile(cli.path(name, 't10k-images-idx3-ubyte'), images(30));
}

test('a folder in the layout of MNIST: its own test split is evaluated', async () => {
  await writeIdx('squares', 28);
  const { code } = await reproduce(
    '--data',
    'squares',
    '--samples',
    '2000',
    '--latents',
    '10',
    '--algorithms',
    'wake-sleep',
    '--out',
    'idx',
    '--runs',
    'elsewhere',
  );
  expect(code).toBe(0);
  expect((await table('idx')).panels).toMatchObject([
    { latent: 10, algorithm: 'wake-sleep', samples: 2000, testImages: 30 },
  ]);
  expect(await readdir(cli.path('elsewhere'))).toEqual(['nz10-wake-sleep']);
  expect((await readdir(cli.path('idx'))).includes('runs')).toBe(false);
});

describe('what cannot be repeated', () => {
  test('images of another size', async () => {
    await writeIdx('small', 12);
    const { code, stderr } = await reproduce('--data', 'small', '--out', 'none');
    expect(code).toBe(2);
    expect(stderr).toContain(
      'small: got images of 12 × 12 with 1 channel (144 inputs), expected 28 × 28 grey (784 inputs)',
    );
    expect(await readdir(cli.cwd)).not.toContain('none');
  });

  test('a panel that the paper has not, another figure, a file in the way', async () => {
    const latents = await reproduce('--latents', '3,4');
    expect(latents).toMatchObject({ code: 2, stdout: '' });
    expect(latents.stderr).toContain('Expected some of 3, 5, 10, 20, 200');
    const algorithms = await reproduce('--algorithms', 'aevb,em');
    expect(algorithms.stderr).toContain('Expected some of aevb, wake-sleep');
    const figure = await cli.run(['reproduce', 'figure7']);
    expect(figure).toMatchObject({ code: 2, stdout: '' });
    expect(figure.stderr).toContain('figure2');
    await writeFile(cli.path('taken'), '');
    const file = await reproduce('--out', 'taken');
    expect(file).toMatchObject({ code: 2, stdout: '' });
    expect(file.stderr).toContain('this is a file; expected a folder');
  });
});
