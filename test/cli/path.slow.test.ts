import { readFile, readdir, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeImage } from '../../src/images/codecs/decode';
import { newestCheckpoint } from '../../src/runs/checkpoint';
import { decodeNpy } from '../../src/runs/npy';
import { readRun } from '../../src/runs/store';
import { Cli, ended, objects, writeImages } from './support';
import type { Ended } from './support';

/** A model that trains in a second. */
const TINY = ['hidden=16', 'minibatch=20', 'data.width=8', 'data.height=8', 'data.channels=1', 'latent=2']
  .flatMap((setting) => ['--set', setting])
  .concat('--threads', '1');

let cli: Cli;
let images: string[];
let withJson: Ended;
let plain: Ended;
beforeAll(async () => {
  cli = await Cli.build();
  images = await writeImages(cli.path('squares'), 200);
  withJson = await train('run', '--json');
  plain = await train('again');
});
afterAll(() => cli.dispose());

/** 100 steps. */
function train(run: string, ...more: string[]): Promise<Ended> {
  return cli.run(['train', '--data', 'squares', '--run', run, '--samples', '2000', ...TINY, ...more]);
}

async function size(path: string) {
  const { width, height } = await decodeImage(await readFile(path));
  return { width, height };
}

describe('train', () => {
  test('--json: the run, the report on the dataset, rows and the end, one object a line', () => {
    expect(withJson).toMatchObject({ code: 0, stderr: '' });
    const lines = objects(withJson.stdout);
    expect(lines[0]).toEqual({ type: 'run', folder: cli.path('run'), engine: expect.any(String) as string });
    const types = new Set(lines.map(({ type }) => type));
    expect(types).toEqual(new Set(['run', 'dataset', 'train', 'validation', 'ended']));
    for (const row of lines.filter(({ type }) => type === 'validation')) {
      expect(row['elbo']).toBeCloseTo((row['reconstruction'] as number) - (row['kl'] as number), 3);
    }
    expect(lines.at(-1)).toMatchObject({ type: 'ended', state: 'finished', samples: 2000 });
  });

  test('without a terminal: plain lines, without control characters', () => {
    expect(plain).toMatchObject({ code: 0, stderr: '' });
    expect(plain.stdout).toMatch(/validation bound -\d+\.\d\d = -\d+\.\d\d - \d+\.\d\d nats/);
    expect(plain.stdout).not.toMatch(/[\r\u001b]/);
  });

  test('the same seed gives the same weights', async () => {
    const [a, b] = await Promise.all(['run', 'again'].map((run) => newestCheckpoint(cli.path(run))));
    expect(a).not.toBeNull();
    expect(b).toEqual(a);
  });

  test('images of mixed sizes are brought to one', async () => {
    await writeImages(cli.path('mixed', 'wide'), 20, 12, 8);
    await writeImages(cli.path('mixed', 'big'), 20, 20);
    const { code, stderr } = await cli.run([
      'train',
      '--data',
      'mixed',
      '--samples',
      '100',
      '--run',
      'm',
      ...TINY,
    ]);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(
        /^sizes: cropping to the shape of 8 × 8 pixels loses 17 % [^\n]*\n$/,
      ) as string,
    });
    expect((await readRun(cli.path('m'))).config.data).toMatchObject({ count: 40, width: 8, height: 8 });
  });

  test('files that are no images are skipped and listed', async () => {
    await writeImages(cli.path('partly'), 20);
    await writeFile(cli.path('partly', 'notes.png'), 'this is no picture\n');
    const { code, stderr } = await cli.run([
      'train',
      '--data',
      'partly',
      '--samples',
      '100',
      '--run',
      'p',
      ...TINY,
    ]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/notes\.png.*not a PNG, JPEG/s);
    expect((await readRun(cli.path('p'))).config.data.count).toBe(20);
  });
});

describe.skipIf(process.platform === 'win32')('interrupting', () => {
  /** A training without an end that has begun. */
  async function endless(args: readonly string[]) {
    const child = cli.start([...args, '--json']);
    const result = ended(child);
    await new Promise<void>((resolve) => {
      child.stdout!.on('data', (text: string) => text.includes('"type":"train"') && resolve());
      void result.then(() => resolve());
    });
    return { child, result };
  }

  test('Ctrl-C ends at a checkpoint with exit code 130; resume goes on from there; `vae stop` ends it', async () => {
    const first = await endless(['train', '--data', 'squares', '--run', 'long', '--samples', '1e7', ...TINY]);
    first.child.kill('SIGINT');
    const interrupted = await first.result;
    expect(interrupted.code).toBe(130);
    const { step } = (await newestCheckpoint(cli.path('long')))!;
    expect(objects(interrupted.stdout).at(-1)).toMatchObject({ type: 'ended', state: 'stopped', step });
    expect((await readRun(cli.path('long'))).outcome).toBe('stopped');

    const second = await endless(['resume', 'long', '--threads', '1']);
    const stop = await cli.run(['stop', 'long']);
    expect(stop).toMatchObject({ code: 0, stderr: '' });
    const resumed = await second.result;
    expect(resumed.code).toBe(130);
    expect(objects(resumed.stdout).find(({ type }) => type === 'train')!['step']).toBeGreaterThan(step);
    expect((await newestCheckpoint(cli.path('long')))!.step).toBeGreaterThan(step);

    const again = await cli.run(['stop', 'long']);
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('no engine is alive') as string });
  });
});

describe('with a trained run', () => {
  test('evaluate --json: bound and parts of a split', async () => {
    const { code, stdout } = await cli.run([
      'evaluate',
      'run',
      '--split',
      'validation',
      '--seed',
      '3',
      '--json',
    ]);
    expect(code).toBe(0);
    const [result] = objects(stdout);
    expect(result).toMatchObject({ count: 20, split: 'validation', step: 100, seed: 3 });
    const { elbo, reconstruction, kl, standardError, label } = result as Record<string, number>;
    expect(elbo).toBeCloseTo(reconstruction! - kl!, 4);
    expect(standardError).toBeGreaterThan(0);
    expect(label).toContain('Bernoulli');
  });

  test('evaluate on other data, for people', async () => {
    const { code, stdout } = await cli.run(['evaluate', 'run', '--data', 'squares']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^test bound -\d+\.\d\d = -\d+\.\d\d - \d+\.\d\d nats per datapoint/);
  });

  test('encode into csv, npy and json: the same numbers', async () => {
    const three = ['squares/0.png', 'squares/1.png', 'squares/2.png'];
    const outs = ['a.csv', 'a.npy', 'a.json'];
    const ends = await Promise.all(outs.map((out) => cli.run(['encode', 'run', ...three, '--out', out])));
    for (const end of ends) expect(end).toMatchObject({ code: 0, stderr: '' });
    const csv = (await readFile(cli.path('a.csv'), 'utf8')).trimEnd().split('\n');
    expect(csv[0]).toBe('id,elbo,reconstruction,kl,mean_0,mean_1,logvariance_0,logvariance_1');
    expect(csv.slice(1).map((line) => line.split(',')[0])).toEqual(three);
    const latents = csv.slice(1).flatMap((line) => line.split(',').slice(4).map(Number));
    const npy = await readFile(cli.path('a.npy'));
    expect(npy.toString('latin1')).toContain("'shape': (3, 2, 2)");
    expect(new Float32Array(npy.buffer.slice(npy.byteOffset + 128, npy.byteOffset + npy.length))).toEqual(
      Float32Array.from(latents),
    );
    expect(JSON.parse(await readFile(cli.path('a.ids.json'), 'utf8'))).toEqual(three);
    const json = JSON.parse(await readFile(cli.path('a.json'), 'utf8')) as { id: string; mean: number[] }[];
    expect(json.map(({ id }) => id)).toEqual(three);
    expect(json[0]!.mean).toEqual(latents.slice(0, 2));
  });

  test('encode onto the screen; an image that is none is listed and makes exit code 2', async () => {
    const { code, stdout, stderr } = await cli.run([
      'encode',
      'run',
      'squares/0.png',
      'missing.png',
      '--json',
    ]);
    expect(code).toBe(2);
    expect(objects(stdout)).toHaveLength(1);
    expect(objects(stdout)[0]).toMatchObject({ id: 'squares/0.png', elbo: expect.any(Number) as number });
    expect(stderr).toContain('missing.png');
  });

  test('interpolate: the points of a way through three images', async () => {
    const three = [images[0]!, images[1]!, images[2]!];
    for (const out of ['z.npy', 'z.json']) {
      const done = await cli.run(['interpolate', 'run', ...three, '--frames', '7', '--out', out]);
      expect(done.code).toBe(0);
    }
    const file = JSON.parse(await readFile(cli.path('z.json'), 'utf8')) as {
      waypoints: { name: string; frame: number }[];
      z: number[][];
    };
    expect(file.waypoints).toEqual(three.map((name, i) => ({ name, frame: 3 * i })));
    expect(file.z).toHaveLength(7);
    const npy = await readFile(cli.path('z.npy'));
    expect(Array.from(decodeNpy(npy, [7, file.z[0]!.length]))).toEqual(file.z.flat());
  });

  test('interpolate: a strip of frames', async () => {
    const { code } = await cli.run([
      'interpolate',
      'run',
      images[0]!,
      images[1]!,
      '--frames',
      '5',
      '--out',
      's.png',
    ]);
    expect(code).toBe(0);
    expect(await size(cli.path('s.png'))).toEqual({ width: 5 * 10 + 2, height: 12 });
    const spherical = await cli.run(['interpolate', 'run', images[0]!, images[1]!, '--spherical']);
    expect(spherical.code).toBe(0);
    expect(await size(cli.path('run/pictures/interpolation.png'))).toEqual({
      width: 11 * 10 + 2,
      height: 12,
    });
  });

  test('export: two ONNX files, named and said', async () => {
    const { code, stdout } = await cli.run(['export', 'run', '--json']);
    expect(code).toBe(0);
    const [line] = objects(stdout);
    expect(line).toMatchObject({ type: 'export', step: 100, notes: [] });
    expect((await readdir(cli.path('run', 'export'))).sort()).toEqual(['decoder.onnx', 'encoder.onnx']);
  });

  test('manifold: a grid, and which dimensions it shows', async () => {
    const { code, stdout } = await cli.run(['manifold', 'run', '--side', '6', '--out', 'grid.png']);
    expect(code).toBe(0);
    expect(stdout).toContain('both latent dimensions');
    expect(await size(cli.path('grid.png'))).toEqual({ width: 6 * 9 + 1, height: 6 * 9 + 1 });
  });

  test('start on given data: bounds of all splits, pictures, and the next command', async () => {
    const args = ['start', '--data', 'squares', '--samples', '2000', '--no-open'];
    const { code, stdout, stderr } = await cli.run([...args, ...TINY, '--set', 'latent=3']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const split of ['train', 'validation', 'test'])
      expect(stdout).toMatch(new RegExp(`^${split} bound -`, 'm'));
    expect(stdout).toContain('npm run explore');
    expect(stdout).toMatch(/dimensions \d \(across\) and \d \(up\), the two with the largest KL of 3/);
    const runs = objects((await cli.run(['runs', '--json'])).stdout);
    expect(runs).toHaveLength(1);
    expect(runs[0]).toMatchObject({ preset: 'fast', dataset: 'squares', latent: 3, state: 'finished' });
    expect((await readdir(`${runs[0]!['folder'] as string}/pictures`)).sort()).toEqual([
      'interpolation.png',
      'manifold.png',
      'reconstructions.png',
      'samples.png',
    ]);
    const named = await cli.run(['evaluate', runs[0]!['name'] as string, '--json']);
    const latest = await cli.run(['evaluate', 'latest', '--json']);
    expect(latest).toEqual(named);
    const table = await cli.run(['runs']);
    expect(table.stdout).toMatch(/^RUN +STATE +PRESET/);
  });
});

describe('compare', () => {
  test('says figures of each run and the settings in which they differ', async () => {
    const { code } = await train('other', '--set', 'hidden=24');
    expect(code).toBe(0);
    const text = await cli.run(['compare', 'run', 'other']);
    expect(text).toMatchObject({ code: 0, stderr: '' });
    expect(text.stdout).toMatch(/^RUN +STATE +SAMPLES +TIME +TRAINING BOUND +VALIDATION BOUND +BEST$/m);
    expect(text.stdout).toMatch(/^other +finished +2,000 /m);
    expect(text.stdout).toMatch(/^SETTING +run +other$/m);
    expect(text.stdout).toMatch(/^model\.encoderHidden +\[16\] +\[24\]$/m);
    expect(text.stdout).not.toContain('model.latent');
    expect((await cli.run(['compare', 'run', 'other', '--all'])).stdout).toMatch(/^model\.latent +2 +2$/m);
    const [data] = objects((await cli.run(['compare', 'run', 'other', '--json'])).stdout);
    expect(data).toMatchObject({
      type: 'comparison',
      cautions: [],
      runs: [{ name: 'run' }, { name: 'other' }],
    });
    expect((await cli.run(['compare', 'run', 'again'])).stdout).toContain('the settings are all the same');
  });
});
