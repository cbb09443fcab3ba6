import { expect, test } from 'vitest';
import { factsOf } from '../../src/export/trained-run';
import { MODELS, trainedRun } from './support';

test('the facts of an export name the product once', () => {
  const [, model] = MODELS[0]!;
  const versions = { product: 'latent-explorer 0.1.0', node: 'v20', platform: 'linux-x64' };
  expect(factsOf(trainedRun(model, { versions }))).toMatchObject({ product: 'Latent Explorer 0.1.0' });
});
