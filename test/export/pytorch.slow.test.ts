import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pytorchFiles } from '../../src/export/pytorch/pytorch';
import { modelPy } from '../../src/export/pytorch/model-py';
import { decodeSafetensors } from '../../src/runs/safetensors';
import { useFolder } from '../host/support';
import { cpuEngine } from '../support/engines';
import { hasPackages, runPython } from '../support/python';
import { MODELS, trainedRun, wave, writeExported } from './support';

const folder = useFolder();
const COUNT = 3;
const DRAWS = 2;

/** Reads images channels last, as the product's rows are, and compares what the module computes with what the product did. */
const SCRIPT = `
import importlib, json, os, sys
import torch
root = os.getcwd()
for number in range(int(sys.argv[1])):
    folder = os.path.join(root, str(number))
    case = json.load(open(os.path.join(folder, 'case.json')))
    sys.path[0] = folder
    sys.modules.pop('model', None)
    importlib.invalidate_caches()
    from model import VAE, load, CHANNELS, HEIGHT, WIDTH, LATENT
    vae = load()
    assert isinstance(vae, VAE) and isinstance(vae, torch.nn.Module) and not vae.training
    last = lambda t: t.permute(0, 2, 3, 1).flatten(1)
    def close(name, got, expected, relative=0.0):
        expected = torch.tensor(expected).reshape(got.shape)
        error = (got - expected).abs()
        if relative: error = error / expected.abs()
        assert error.max() < (relative or 1e-5), (case['name'], name, error.max().item())
    x = torch.tensor(case['bytes'], dtype=torch.float32) / 255
    x = x.reshape(-1, HEIGHT, WIDTH, CHANNELS).permute(0, 3, 1, 2)
    with torch.no_grad():
        mean, log_variance = vae.encode(x)
        close('mean', mean, case['mean'])
        close('log-variance', log_variance, case['logVariance'])
        close('image', last(vae.decode(torch.tensor(case['z']).reshape(-1, LATENT))), case['image'])
        noise = torch.tensor(case['noise']).reshape(-1, len(x), LATENT)
        close('bound', vae.elbo(x, epsilon=noise), case['elbo'], 1e-4)
        close('reconstruction', last(vae(x)), case['reconstruction'])
        assert vae.elbo(x, draws=5).shape == (len(x),)
        assert vae.sample(4).shape == (4, CHANNELS, HEIGHT, WIDTH)
    # It can be trained on: all weights have gradients that are finite.
    (-vae.elbo(x).mean()).backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in vae.parameters()), case['name']
print('compared')
`;

test.skipIf(!hasPackages('torch', 'safetensors'))(
  'PyTorch computes what the product does, for every model and likelihood',
  async () => {
    for (const [number, [name, model]] of MODELS.entries()) {
      const run = trainedRun(model);
      const session = await (await cpuEngine()).open(model, null, new Uint8Array(0));
      await session.load({ step: 0, parameters: run.parameters, slots: {} });
      // The smallest and the largest value too, which likelihoods treat apart.
      const bytes = Uint8Array.from(
        { length: COUNT * model.inputSize },
        (_, i) => [0, 255, (37 * i) % 256][i % 3]!,
      );
      const { mean, logVariance } = await session.encode(bytes, COUNT);
      const z = wave(COUNT * model.latent, 9).map((value) => 4 * value);
      const noise = wave(DRAWS * COUNT * model.latent, 5).map((value) => 3 * value);
      const { reconstruction, klPerDimension } = await session.evaluate(bytes, COUNT, noise, DRAWS);
      const elbo = Array.from(reconstruction, (value, i) =>
        klPerDimension
          .subarray(i * model.latent, (i + 1) * model.latent)
          .reduce((sum, kl) => sum - kl, value),
      );
      const arrays = { bytes, mean, logVariance, z, noise, elbo };
      const decoded = {
        image: await session.decode(z, COUNT),
        reconstruction: await session.decode(mean, COUNT),
      };
      const lists = Object.entries({ ...arrays, ...decoded }).map(([key, values]) => [
        key,
        Array.from(values),
      ]);
      session.dispose();
      const to = join(folder.path(), String(number));
      await writeExported(to, pytorchFiles(run));
      await writeFile(join(to, 'case.json'), JSON.stringify({ name, ...Object.fromEntries(lists) }));
    }
    expect(runPython(folder.path(), SCRIPT, String(MODELS.length)).trim()).toBe('compared');
  },
);

test('weights are named and shaped as PyTorch’s layers have them', async () => {
  const convolutions = MODELS.find(([name]) => name === 'convolutions under gaussian')![1];
  await writeExported(folder.path(), pytorchFiles(trainedRun(convolutions)));
  const { tensors, metadata } = decodeSafetensors(await readFile(join(folder.path(), 'model.safetensors')));
  expect(metadata).toMatchObject({ format: 'pt', likelihood: 'gaussian', step: '1234' });
  expect(Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape.join()]))).toEqual({
    'encoder.convolution.0.weight': '2,3,4,4',
    'encoder.convolution.0.bias': '2',
    'encoder.convolution.1.weight': '3,2,4,4',
    'encoder.convolution.1.bias': '3',
    'encoder.hidden.0.weight': '9,24',
    'encoder.hidden.0.bias': '9',
    'encoder.hidden.1.weight': '7,9',
    'encoder.hidden.1.bias': '7',
    'encoder.mean.weight': '3,7',
    'encoder.mean.bias': '3',
    'encoder.log_variance.weight': '3,7',
    'encoder.log_variance.bias': '3',
    'decoder.hidden.0.weight': '5,3',
    'decoder.hidden.0.bias': '5',
    'decoder.features.weight': '24,5',
    'decoder.features.bias': '24',
    'decoder.convolution.0.weight': '3,2,4,4',
    'decoder.convolution.0.bias': '2',
    'decoder.output.weight': '2,6,4,4',
    'decoder.output.bias': '6',
  });
});

test('what others have named is a comment, whatever it holds', () => {
  const [, model] = MODELS[0]!;
  const hostile = 'a"""\nimport os\r\u2028\u0000 "\\ \u202e\n# é 🙂';
  const harmless = trainedRun(model, { name: 'a' });
  const named = trainedRun(model, { name: hostile });
  const [before, after] = [harmless, named].map((run) => modelPy(run).split('\n'));
  expect(after).toHaveLength(before!.length);
  const changed = after!.filter((line, i) => line !== before![i]);
  expect(changed).toEqual([
    String.raw`# run: "a\"\"\"\nimport os\r\u2028\u0000 \"\\ \u202e\n# \u00e9 \ud83d\ude42"`,
  ]);
  expect(after!.join('\n')).toMatch(/^[\n\x20-\x7e]*$/);
});

test('images of another size than the model’s are refused', () => {
  const [, model] = MODELS[0]!;
  expect(() => pytorchFiles(trainedRun({ ...model, inputSize: 73 }))).toThrow(
    'images of 6 x 4 x 3 have 72 numbers, expected 73',
  );
});
