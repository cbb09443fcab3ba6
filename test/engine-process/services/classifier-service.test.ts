import { beforeAll, expect, test } from 'vitest';
import { linearClassifier, linearProbabilities } from '../../support/classifier';
import { eventually } from '../../support/eventually';
import { useFolder } from '../../host/support';
import type { Dataset } from '../../../src/datasets/dataset';
import { EncodedDataset } from '../../../src/engine-process/map/encoded-dataset';
import { MapColumns } from '../../../src/engine-process/map/map-columns';
import { classifierService } from '../../../src/engine-process/services/classifier-service';
import { chooseForOpenedModel } from '../../../src/engine/choose';
import { resample } from '../../../src/images/resize';
import { decodePictures } from '../../../src/model/decode';
import type { Model } from '../../../src/model/model';
import type { EngineContext } from '../../../src/engine-process/context';
import { removeClassifier, writeClassifier } from '../../../src/runs/classifier';
import { contextOf, encodedTinyModel } from '../support';

const folder = useFolder();
const never = new AbortController().signal;
/** The images of the model are 8 x 8, so they are enlarged. */
const CLASSIFIER = { width: 12, height: 12, channels: 1, classes: 3, end: 'Softmax' } as const;
const NAMES = ['low', 'high', 'other'];
let model: Model;
let dataset: Dataset;
let set: EncodedDataset;
beforeAll(async () => {
  ({ dataset, model, set } = await encodedTinyModel(3));
});

async function attach(): Promise<void> {
  const file = linearClassifier(CLASSIFIER);
  const { engine } = await chooseForOpenedModel({ engine: 'auto', threads: 1 });
  const { use } = await engine.files!.inferClassifier(file, { 'input-scale': 'unit' });
  await writeClassifier(folder.path(), file, { use, names: NAMES, from: 'mine.onnx' });
}

function engineContext(): EngineContext {
  const context = contextOf(() => model, dataset, folder.path());
  context.latents.encoded = () => Promise.resolve(set);
  context.latents.maybe = () => Promise.resolve(set);
  return context;
}

/** Probabilities of pictures of the model, by the formula. */
function expected(bytes: Uint8Array, count: number): number[][] {
  const from = { width: 8, height: 8, channels: 1 } as const;
  return Array.from({ length: count }, (_, i) =>
    linearProbabilities(CLASSIFIER, resample(bytes.subarray(64 * i, 64 * (i + 1)), from, CLASSIFIER)),
  );
}
const topOf = (row: readonly number[]): number => row.indexOf(Math.max(...row));

test('without a classifier there is none, and nothing is classified', async () => {
  const service = classifierService(engineContext());
  expect(await service.classifier({}, never)).toEqual({
    ...{ classifier: null, classified: null, job: null, error: '' },
  });
  await expect(service.classifyAll({}, never)).rejects.toMatchObject({ code: 'not-ready' });
  await expect(
    service.classifyPoints({ z: new Float32Array(3), count: 1, most: 1 }, never),
  ).rejects.toMatchObject({ code: 'not-ready' });
});

test('all images, as columns of the map, also for the next engine; gone once it is removed', async () => {
  await attach();
  const context = engineContext();
  const service = classifierService(context);
  // An engine that was asked too early sees what another one wrote meanwhile.
  const early = engineContext();
  expect((await classifierService(early).classifier({}, never)).classified).toBeNull();
  const started = await service.classifyAll({}, never);
  expect(started.classifier).toMatchObject({ from: 'mine.onnx', names: NAMES, width: 12 });
  expect(started.classified).toBeNull();
  await eventually(async () => service.classifier({}, never)).toMatchObject({ job: null, error: '' });
  const all = expected(dataset.images.range(0, dataset.count), dataset.count);
  for (const own of [context, early, engineContext()]) {
    const { classified } = await classifierService(own).classifier({}, never);
    expect(classified).toMatchObject({ count: 200, areOfMap: true });
    const counts = NAMES.map((_, k) => all.filter((row) => topOf(row) === k).length);
    expect([...classified!.images]).toEqual(counts);
    const columns = new MapColumns(own);
    const { key } = set.description;
    const fields = await columns.list({ key });
    expect(fields.find(({ name }) => name === 'predicted class')?.names).toEqual(NAMES);
    const values = (name: string) => columns.values({ key, first: 50, count: 20, name });
    expect([...(await values('predicted class'))]).toEqual(all.slice(50, 70).map(topOf));
    (await values('probability: high')).forEach((value, i) => expect(value).toBeCloseTo(all[50 + i]![1]!, 4));
    (await values('probability of the predicted class')).forEach((value, i) =>
      expect(value).toBeCloseTo(Math.max(...all[50 + i]!), 4),
    );
  }
  const { key } = set.description;
  // A class that is asked for by name is listed once, and one that there is not is left out.
  const asked = await new MapColumns(context).list({ key, classes: ['high', 'high', 'nothing'] });
  expect(asked.filter(({ name }) => name.startsWith('probability: '))).toHaveLength(NAMES.length);
  await removeClassifier(folder.path());
  expect((await new MapColumns(context).list({ key })).map(({ name }) => name)).not.toContain(
    'predicted class',
  );
  expect(await service.classifier({}, never)).toMatchObject({ classifier: null, classified: null });
  context.classifier.close();
});

test('another set of images than the map’s has no column on it', async () => {
  await attach();
  const context = engineContext();
  await context.classifier.classifyAll(() => undefined, never);
  const other = { ...set.latents, fingerprint: 'other' };
  const otherSet = await EncodedDataset.of(other);
  context.latents.encoded = () => Promise.resolve(otherSet);
  context.latents.maybe = () => Promise.resolve(otherSet);
  const fields = await new MapColumns(context).list({ key: otherSet.description.key });
  expect(fields.map(({ name }) => name)).not.toContain('predicted class');
  const { classified } = await classifierService(context).classifier({}, never);
  expect(classified?.areOfMap).toBe(false);
});

test('decoded points: the classes that matter among them', async () => {
  await attach();
  const z = Float32Array.of(-2, 0, 1, 0, 0, 0, 2, 2, -1);
  const { bytes } = await decodePictures(model, z, 3);
  const rows = expected(bytes, 3);
  const said = await classifierService(engineContext()).classifyPoints({ z, count: 3, most: 2 }, never);
  const largest = NAMES.map((_, k) => Math.max(...rows.map((row) => row[k]!)));
  const order = [0, 1, 2].sort((a, b) => largest[b]! - largest[a]!).slice(0, 2);
  expect([...said.classes]).toEqual(order);
  expect([...said.top]).toEqual(rows.map(topOf));
  expect(said.step).toBe(12);
  rows.forEach((row, i) =>
    order.forEach((k, j) => expect(said.probabilities[2 * i + j]).toBeCloseTo(row[k]!, 4)),
  );
  await expect(
    classifierService(engineContext()).classifyPoints({ z, count: 2, most: 2 }, never),
  ).rejects.toMatchObject({ code: 'bad-input' });
});

test('regions of a plane: the centres of the cells, decoded and classified', async () => {
  await attach();
  const { key } = set.description;
  const axes = { key, x: 'mean:0', y: 'mean:2' } as const;
  const said = await classifierService(engineContext()).decisionRegions(
    { ...axes, from: [-3, -1], to: [3, 1], side: 4 },
    never,
  );
  // Row 3, column 1: a quarter of a cell's width is 1.5 in x and 0.5 in y.
  const [x, y] = [-3 + 1.5 * 1.5, -1 + 3.5 * 0.5];
  const z = Float32Array.from(set.components.mean);
  z[0] = x;
  z[2] = y;
  const [row] = expected((await decodePictures(model, z, 1)).bytes, 1);
  expect(said!.classes[3 * 4 + 1]).toBe(topOf(row!));
  expect(said!.probabilities[3 * 4 + 1]).toBeCloseTo(Math.max(...row!), 4);
  expect(said).toMatchObject({ side: 4, step: 12 });
  const measures = { ...axes, x: 'elbo', from: [0, 0], to: [1, 1], side: 4 } as const;
  expect(await classifierService(engineContext()).decisionRegions(measures, never)).toBeNull();
});

test('a direction: the mean change of each class over images, with its standard error', async () => {
  await attach();
  const vector = Float32Array.of(1.5, -0.5, 0.25);
  const said = await classifierService(engineContext()).directionEffect(
    { vector, images: 10, most: 3 },
    never,
  );
  const changes: number[][] = [];
  for (let i = 0; i < 10; i++) {
    const mean = set.latents.mean.subarray(20 * i * 3, 20 * i * 3 + 3);
    const at = async (sign: number) => {
      const z = mean.map((value, d) => value + sign * vector[d]!);
      return expected((await decodePictures(model, z, 1)).bytes, 1)[0]!;
    };
    const [before, after] = [await at(-1), await at(1)];
    changes.push(after.map((value, k) => value - before[k]!));
  }
  const mean = (k: number): number => changes.reduce((sum, row) => sum + row[k]!, 0) / 10;
  const error = (k: number): number =>
    Math.sqrt(changes.reduce((sum, row) => sum + (row[k]! - mean(k)) ** 2, 0) / 9 / 10);
  expect(said.images).toBe(10);
  expect([...said.classes]).toEqual([0, 1, 2].sort((a, b) => Math.abs(mean(b)) - Math.abs(mean(a))));
  said.classes.forEach((k, i) => {
    expect(said.changes[i]).toBeCloseTo(mean(k), 4);
    expect(said.standardErrors[i]).toBeCloseTo(error(k), 4);
  });
});
