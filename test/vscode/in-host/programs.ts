import assert from 'node:assert/strict';
import type { PlainLatents } from '../../../src/host/map/latents';
import type { PlainArrays } from '../../../src/host/commands/to-plain-arrays';
import type { Evaluation, Samples, Traversals } from '../../../src/protocol/engine';
import type { Pictures } from '../../../src/domain/pictures';
import { execute } from './commands';
import type { Card } from './commands';
import { refuses } from './refusals';
import type { DecodedPoints } from '../../../src/protocol/points';

const bytes = (pictures: PlainArrays<Pictures>, i: number): Buffer => {
  const size = pictures.width * pictures.height * pictures.channels;
  return Buffer.from(pictures.bytes.slice(i * size, (i + 1) * size));
};

/** What one command says of an image or a point, the others say too. */
export async function givePlainData(run: string, image: string, dimensions: number): Promise<void> {
  const [card] = await execute<Card[]>('vae.encode', { images: [image], run });
  assert(card && !('error' in card));
  const decoded = await execute<Pictures>('vae.decode', { run, z: card.mean });
  assert(bytes(decoded, 0).equals(bytes(card.reconstructed, 0)), 'the mean decodes to another picture');

  const around = await execute<PlainArrays<Traversals>>('vae.traverse', {
    ...{ run, around: image, dimensions: [0, 2], frames: 3 },
    edits: [{ dimension: 1, value: 0.5 }],
  });
  assert.deepEqual(around.origin, card.mean);
  assert.equal(around.centre[1], 0.5);
  assert.equal(around.pictures.count, 6);

  const grid = await execute<PlainArrays<DecodedPoints>>('vae.manifold', {
    run,
    dimensions: [1, 0],
    side: 2,
  });
  assert.equal(grid.z.length, 4 * dimensions);
  const corner = await execute<Pictures>('vae.decode', { run, z: [grid.z.slice(-dimensions)] });
  assert(bytes(corner, 0).equals(bytes(grid.pictures, 3)), 'the corner decodes to another picture');

  const draws = await execute<PlainArrays<Samples>>('vae.sample', {
    run,
    from: 'aggregate',
    count: 3,
    seed: 7,
  });
  assert.equal(draws.pictures.count, 3);
  assert.deepEqual(await execute('vae.sample', { run, from: 'aggregate', count: 3, seed: 7 }), draws);

  const measured = await execute<PlainArrays<Evaluation>>('vae.evaluate', {
    run,
    split: 'test',
    importance: 50,
  });
  assert(Math.abs(measured.elbo - (measured.reconstruction - measured.kl)) < 1e-3);
  // Above the bound but for the noise of its one draw an image.
  assert(measured.importance!.value > measured.elbo - measured.standardError);

  const all = await execute<PlainLatents>('vae.latents', { run, columns: ['mean:0', 'elbo'] });
  assert.equal(all.ids.length, 300);
  assert.deepEqual([...new Set(all.splits)].sort(), ['test', 'train', 'validation']);
  for (const list of [all.labels!, all.splits, ...Object.values(all.columns)]) assert.equal(list.length, 300);
  const test = all.columns['elbo']!.filter((_, i) => all.splits[i] === 'test');
  const mean = test.reduce((sum, value) => sum + value, 0) / test.length;
  assert(Math.abs(mean - measured.elbo) < 3 * measured.standardError, `${mean} beside ${measured.elbo}`);

  const umap = { run, columns: ['umap:0', 'umap:1'], umap: { seed: 4 } };
  const laidOut = await execute<PlainLatents>('vae.latents', umap);
  assert(Object.values(laidOut.columns).every((values) => new Set(values).size > 250));
  assert.deepEqual(await execute<PlainLatents>('vae.latents', umap), laidOut);

  await refuses('vae.decode', { run, z: [[1], [1, 2]] }, /points of one length/);
  await refuses('vae.decode', { run, z: [0.5] }, new RegExp(`expected.*${dimensions}`));
  await refuses('vae.manifold', { run, sides: 3 }, /sides/);
  await refuses('vae.latents', { run, columns: ['colour'] }, /columns/);
  await refuses('vae.latents', { run, umap: { neighbours: 1 } }, /neighbours/);
}
