/** The code in docs/python.md is run beside a real run. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cli } from '../cli/support';
import { hasPackages, runPython } from '../support/python';
import { cliWithSmallRun } from './small-run';

const page = await readFile(join(__dirname, '..', '..', 'docs', 'python.md'), 'utf8');
const SECTIONS = [...page.matchAll(/^## (.+)\n((?:(?!^## )[^])*)/gm)].map(([, title, text]) => ({
  title: title!,
  blocks: [...text!.matchAll(/^```python\n([^]*?)^```$/gm)].map(([, code]) => code!),
}));

/** What must hold after the code of each section, and further packages that it needs. */
const EXPECTED: Readonly<Record<string, { readonly holds: string; readonly needs?: readonly string[] }>> = {
  'The run: settings': { holds: "shape == (28, 28, 1) and config['model']['latent'] == 2" },
  'The learning curve: pandas': {
    holds:
      "len(validation) > 0 and abs(validation['elbo'] - validation['reconstruction'] + validation['kl']).max() < 1e-3 and curve['step'].is_monotonic_increasing",
  },
  'The images in latent space: pandas': {
    holds: "mean.shape == (60, 2) and set(images['split']) == {'train', 'validation', 'test'}",
    needs: ['pyarrow'],
  },
  'Neighbours and directions: NumPy': {
    holds: 'len(nearest) == 5 and abs(numpy.linalg.norm(directions[0]) - 1) < 1e-5',
  },
  'Weights: safetensors': {
    holds: "weights['encoder.posterior.weight'].size == 8 * 4 and len(tensors) > len(weights)",
    needs: ['numpy'],
  },
  'The model: PyTorch': {
    holds: 'pictures.shape == x.shape and mean.shape == (4, 2) and loss.item() > 0',
    needs: ['safetensors'],
  },
  'The model: ONNX Runtime': {
    holds: 'strip.shape == (7, 28, 28, 1) and 0 <= strip.min() and strip.max() <= 1',
  },
};

let cli: Cli;
beforeAll(async () => {
  cli = await cliWithSmallRun();
  const commands = [...page.matchAll(/`vae (export run [^`]+)`/g)].map(([, words]) => words!.split(' '));
  expect(commands).toHaveLength(4);
  for (const words of commands) expect((await cli.run([...words, '--engine', 'onnx'])).code).toBe(0);
});
afterAll(() => cli.dispose());

test('each section has one block of code, and something that must hold after it', () => {
  expect(SECTIONS.map(({ title }) => title)).toEqual(Object.keys(EXPECTED));
  for (const { blocks } of SECTIONS) expect(blocks).toHaveLength(1);
});

for (const { title, blocks } of SECTIONS) {
  const code = blocks.join('\n');
  const { holds, needs = [] } = EXPECTED[title] ?? { holds: 'False' };
  const imported = [...code.matchAll(/^(?:import|from) (\w+)/gm)].map(([, name]) => name!);
  const packages = [...imported.filter((name) => name !== 'model'), ...needs];
  test.skipIf(!hasPackages(...packages))(`${title} does what the page says`, () => {
    const printed = runPython(cli.cwd, `${code}\nassert ${holds}\nprint('held')`);
    expect(printed.trim().split('\n').at(-1)).toBe('held');
    expect(printed.trim().split('\n').length).toBeGreaterThan(1);
  });
}
