import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { planTraining } from '../../src/endpoint/plan-training';
import { noBfloat16 } from '../../src/engine/processor';
import { isNativePresent } from '../../src/setup/locations.mjs';
import type { PlanLine } from '../../src/protocol/schemas/plan-line';
import { dirname } from 'node:path';
import { Cli, objects, writeImages } from './support';

let cli: Cli;
beforeAll(async () => {
  cli = await Cli.build(['chunks']);
});
afterAll(() => cli.dispose());

describe('vae plan', () => {
  test('says what each preset would do to a folder of images, and which tables are about them', async () => {
    await writeImages(cli.path('wide'), 20, 48, 32);
    const lines = Array.from({ length: 20 }, (_, i) => `${i}.png,${i % 3}`);
    await writeFile(cli.path('wide', 't.csv'), ['file,kind', ...lines].join('\n'));
    const { code, stdout } = await cli.run(['plan', 'wide', '--no-time', '--json']);
    expect(code).toBe(0);
    const [dataset, ...presets] = objects(stdout);
    expect(dataset).toMatchObject({
      ...{ type: 'dataset', images: 20, size: { width: 48, height: 32 }, sizes: 1, colour: false },
      tables: [{ inside: true, images: 20, labels: [{ name: 'kind', classes: 3 }], isNamed: false }],
    });
    expect(presets).toHaveLength(6);
    expect(presets[0]).toMatchObject({
      ...{ type: 'preset', preset: 'conv', advised: 'large', fit: 'crop', likelihood: 'bernoulli' },
      shape: { width: 32, height: 32, channels: 1 },
    });
    // A third of each image is cropped.
    expect(presets[0]!['cropped']).toBeCloseTo(1 / 3);
    const fast = presets.find(({ preset }) => preset === 'fast')!;
    expect(fast).toMatchObject({ advised: null, shape: { width: 48, height: 32 }, cropped: 0 });
    const text = (await cli.run(['plan', 'wide', '--no-time'])).stdout;
    expect(text).toContain(
      'conv         advised, as the images are larger than 28 pixels: 32 × 32, grey, cropped by 33 %',
    );
  });

  test('agrees with what a run would see, whatever is set', async () => {
    await writeImages(cli.path('small'), 12, 9, 10);
    for (const args of [[], ['--set', 'width=16'], ['--set', 'channels=3']]) {
      const planned = objects(
        (await cli.run(['plan', 'small', '--preset', 'fast', '--no-time', '--json', ...args])).stdout,
      )[1];
      const [inspected] = objects(
        (await cli.run(['inspect', 'small', '--preset', 'fast', '--json', ...args])).stdout,
      );
      expect(planned!['shape']).toEqual(inspected!['shape']);
    }
  });

  test('measures real steps: ten times the samples take ten times as long', async () => {
    const seconds = async (samples: string): Promise<number> => {
      const set = ['--set', `samples=${samples}`, '--set', 'hidden=16', '--set', 'latent=2'];
      const args = ['plan', 'digits:100', '--preset', 'fast', ...set, '--engine', 'onnx', '--json'];
      const { code, stdout } = await cli.run(args);
      expect(code).toBe(0);
      const time = objects(stdout).find(({ type }) => type === 'time')!;
      expect(time).toMatchObject({ preset: 'fast', engine: 'onnx' });
      expect(time['seconds']).toBeCloseTo((Number(time['secondsPerStep']) * Number(samples)) / 100, 6);
      return time['seconds'] as number;
    };
    expect(await seconds('1e6')).toBeGreaterThan(await seconds('1e4'));
  });

  test('compares bfloat16 with float32, or says why an engine does not train with it', async () => {
    const args = ['plan', 'digits:100', '--preset', 'fast', '--precision', 'bfloat16', '--set', 'hidden=16'];
    const refused = await cli.run([...args, '--engine', 'onnx']);
    expect(refused.stderr).toContain(
      "precision: got bfloat16, which the engine 'onnx' does not train with here",
    );
    expect(refused.code).not.toBe(0);
    if (!isNativePresent() || noBfloat16() !== null) return;
    const { code, stdout } = await cli.run([...args, '--engine', 'tensorflow', '--json']);
    expect(code).toBe(0);
    const time = objects(stdout).find(({ type }) => type === 'time')!;
    expect(time['secondsPerStep']).toBeGreaterThan(0);
    expect(time['secondsWithFloat32']).toBeGreaterThan(0);
  });

  test('too few images are said for each preset, and no time is measured', async () => {
    await writeImages(cli.path('few'), 3);
    const { stdout } = await cli.run(['plan', 'few', '--json']);
    const [, ...others] = objects(stdout);
    expect(others.every(({ type }) => type === 'preset')).toBe(true);
    expect(others[0]).toMatchObject({
      shape: null,
      problem: 'got 3 images, expected at least 10 to train on',
    });
    const none = await cli.run(['plan', 'nowhere', '--json']);
    expect(none.code).toBe(2);
  });
});

test('the editor gets each result as it comes, and can cancel', async () => {
  const request = {
    ...{ data: 'digits:100', preset: 'fast', set: { hidden: '16' }, engine: 'onnx', threads: 1 },
    engineFolder: dirname(cli.program),
  };
  const lines: PlanLine[] = [];
  await planTraining(request, new AbortController().signal, (line) => lines.push(line));
  expect(lines.map(({ type }) => type)).toEqual(['dataset', 'preset', 'time']);
  const cancel = new AbortController();
  const seen: string[] = [];
  const planning = planTraining(request, cancel.signal, ({ type }) => {
    seen.push(type);
    if (type === 'preset') cancel.abort();
  });
  await expect(planning).rejects.toThrow(/abort/i);
  expect(seen).toEqual(['dataset', 'preset']);
  const wrong = planTraining({ ...request, data: 'digits:1' }, new AbortController().signal, () => undefined);
  await expect(wrong).rejects.toThrow('digits: got the count 1');
});
