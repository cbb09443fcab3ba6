import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { onnxRuntimeFolder } from '../../src/engine/onnx/native-runtime';
import { softwareVulkan } from '../support/software-vulkan';
import { Cli, objects } from './support';

let cli: Cli;
beforeAll(async () => {
  cli = await Cli.build(['worker', 'chunks']);
});
afterAll(() => cli.dispose());

/** Software in the place of a graphics card takes its time. */
const SMALL = [
  '--set',
  'data.width=8',
  '--set',
  'data.height=8',
  '--set',
  'hidden=8',
  '--set',
  'latent=2',
  '--set',
  'minibatch=10',
  '--threads',
  '1',
  '--json',
];
const train = (run: string, ...more: string[]) => [
  ...[
    'train',
    '--data',
    'digits:60',
    '--preset',
    'fast',
    '--run',
    run,
    '--samples',
    '200',
    ...SMALL,
    ...more,
  ],
];
const withVulkan = () => ({ env: { ...process.env, ...softwareVulkan } });
/** No loader of Vulkan finds a driver. */
const withoutVulkan = () => ({
  env: { ...process.env, VK_ICD_FILENAMES: cli.path('none'), VK_DRIVER_FILES: cli.path('none') },
});

const engineOf = async (run: string): Promise<unknown> =>
  (JSON.parse(await readFile(cli.path(run, 'config.json'), 'utf8')) as { engine: unknown }).engine;

describe.skipIf(onnxRuntimeFolder() === null)('vae train --device', () => {
  test.skipIf(softwareVulkan === null)(
    'gpu: trains on the adapter, records it, goes on with it, and says why it cannot where it is gone',
    async () => {
      const first = await cli.run(train('card', '--device', 'gpu'), withVulkan());
      expect({ code: first.code, stderr: first.stderr }).toMatchObject({ code: 0 });
      const device = expect.stringContaining('SwiftShader') as string;
      expect(await engineOf('card')).toMatchObject({ name: 'onnx', device });
      expect(first.stderr).toContain('is not a graphics card but imitates one on the processor');

      // The processor's numbers to their last digits.
      const processor = await cli.run(
        train('processor', '--device', 'cpu', '--engine', 'onnx'),
        withVulkan(),
      );
      expect(processor.code).toBe(0);
      expect(await engineOf('processor')).not.toHaveProperty('device');
      const bounds = async (run: string): Promise<number[]> =>
        objects(await readFile(cli.path(run, 'metrics.jsonl'), 'utf8')).flatMap(({ elbo }) =>
          typeof elbo === 'number' ? [elbo] : [],
        );
      const expected = await bounds('processor');
      expect(expected.length).toBeGreaterThan(0);
      const card = await bounds('card');
      expect(card).toHaveLength(expected.length);
      card.forEach((bound, i) => expect(Math.abs(bound / expected[i]! - 1)).toBeLessThan(1e-4));

      const resume = ['resume', 'card', '--samples', '300', '--threads', '1', '--json'];
      const kept = await cli.run(resume, withVulkan());
      expect(kept.code).toBe(0);
      expect(kept.stdout).toContain('as when this run began');
      const longer = ['resume', 'card', '--samples', '400', '--threads', '1', '--json'];
      const gone = await cli.run(longer, withoutVulkan());
      expect(gone.code).toBe(0);
      expect(gone.stderr).toMatch(/this run began on SwiftShader[^"]*, which cannot be used now/);
    },
  );

  // Other systems bring what WebGPU computes on.
  test.skipIf(process.platform !== 'linux')(
    'gpu without a graphics card is an error that says what to do, and leaves no run',
    async () => {
      const { code, stdout, stderr } = await cli.run(train('none', '--device', 'gpu'), withoutVulkan());
      expect(code).not.toBe(0);
      expect(stdout + stderr).toMatch(/no graphics card can be used by ONNX Runtime here: .*WebGPU/);
      await expect(readFile(cli.path('none', 'config.json'))).rejects.toThrow('ENOENT');
    },
  );
});
