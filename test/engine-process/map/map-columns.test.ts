import { beforeAll, expect, test } from 'vitest';
import { digitFactors } from '../../../src/datasets/digits/digits';
import type { Dataset } from '../../../src/datasets/dataset';
import type { Model } from '../../../src/model/model';
import type { EncodedDataset } from '../../../src/engine-process/map/encoded-dataset';
import { MapColumns } from '../../../src/engine-process/map/map-columns';
import { contextOf, encodedTinyModel } from '../support';

let model: Model;
let dataset: Dataset;
let set: EncodedDataset;
beforeAll(async () => {
  ({ dataset, model, set } = await encodedTinyModel());
});

function fields(): MapColumns {
  const context = contextOf(() => model, dataset);
  context.latents.encoded = () => Promise.resolve(set);
  return new MapColumns(context);
}

test('what the digits of the map were drawn by, in pieces', async () => {
  const { key } = set.description;
  const own = fields();
  expect((await own.list({ key })).map(({ name }) => name)).toContain('thickness');
  const piece = await own.values({ key, first: 150, count: 100, name: 'thickness' });
  expect(piece).toHaveLength(50);
  expect(piece[3]).toBe(digitFactors(1, 153).thickness);
});

test('refused: another set, and a column that there is not', async () => {
  const { key } = set.description;
  await expect(fields().list({ key: 'other' })).rejects.toMatchObject({ code: 'superseded' });
  const piece = { key, first: 0, count: 1 };
  await expect(fields().values({ ...piece, name: 'weight' })).rejects.toMatchObject({ code: 'not-found' });
  await expect(fields().values({ ...piece, key: 'other', name: 'x' })).rejects.toMatchObject({
    code: 'superseded',
  });
});
