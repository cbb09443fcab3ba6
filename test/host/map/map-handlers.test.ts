import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import type { DatasetSource } from '../../../src/datasets/dataset';
import { PendingRequest } from '../../../src/host/pending-request';
import { mapHandlers } from '../../../src/host/map/map-handlers';
import { excludedFile, listedBy, readExcluded } from '../../../src/runs/excluded-images';
import { t, useFolder } from '../support';

const folder = useFolder();
const never = new AbortController().signal;

/** @param inside the dataset, where its images are no files of a folder; null: there is no run yet */
function handlers(
  datasetFolder: string | undefined,
  inside: DatasetSource | null = { kind: 'digits', count: 10, seed: 0 },
) {
  const opened: string[] = [];
  const mapFocus = new PendingRequest<readonly string[]>();
  const own = mapHandlers({
    mapFocus,
    datasetFolder: () => datasetFolder,
    source: () =>
      datasetFolder === undefined
        ? (inside ?? undefined)
        : { kind: 'folder', uri: pathToFileURL(datasetFolder).href },
    runFolder: () => join(folder.path(), '.vae', 'runs', 'a'),
    openImage: (path) => Promise.resolve(void opened.push(path)),
    imageActions: {
      openAll: (paths) => Promise.resolve(void opened.push(...paths)),
      reveal: (path) => Promise.resolve(void opened.push(path)),
      copy: (text) => Promise.resolve(void opened.push(text)),
      save: (text) => Promise.resolve(opened.push(text) > 0),
      askTag: (names) => Promise.resolve(`tag ${names.length}`),
    },
    t,
  });
  return { own, opened, mapFocus };
}

test('the file behind a point is opened, and none outside the dataset', async () => {
  const dataset = join(folder.path(), 'dataset');
  await mkdir(join(dataset, 'a b'), { recursive: true });
  for (const name of ['dataset/a b/1#é%20.png', 'outside.png'])
    await writeFile(join(folder.path(), name), '');
  const { own, opened } = handlers(dataset);
  await own.openMapImage({ id: 'a b/1#é%20.png' }, never);
  expect(opened).toEqual([join(dataset, 'a b', '1#é%20.png')]);
  for (const id of [
    '../outside.png',
    'a b/../../outside.png',
    join(folder.path(), 'outside.png'),
    'gone.png',
  ])
    await expect(own.openMapImage({ id }, never), id).rejects.toMatchObject({
      code: expect.stringMatching(/bad-input|not-found/) as string,
    });
  expect(opened).toHaveLength(1);
});

test('what is done to chosen images', async () => {
  const dataset = join(folder.path(), 'dataset');
  await mkdir(dataset);
  await mkdir(join(folder.path(), '.vae', 'runs', 'a'), { recursive: true });
  const ids = Array.from({ length: 12 }, (_, i) => `${i}.png`);
  for (const id of ids) await writeFile(join(dataset, id), '');
  const { own, opened } = handlers(dataset);
  expect(await own.actOnImages({ action: 'open', ids }, never)).toEqual({ done: 10 });
  expect(opened.splice(0)).toEqual(ids.slice(0, 10).map((id) => join(dataset, id)));
  expect(await own.actOnImages({ action: 'reveal', ids }, never)).toEqual({ done: 1 });
  expect(opened.splice(0)).toEqual([join(dataset, '0.png')]);
  expect(await own.actOnImages({ action: 'copyPaths', ids: ids.slice(0, 2) }, never)).toEqual({ done: 2 });
  expect(opened.splice(0)).toEqual([`${join(dataset, '0.png')}\n${join(dataset, '1.png')}`]);
  for (const action of ['open', 'reveal', 'copyPaths'] as const)
    await expect(own.actOnImages({ action, ids: ['../outside.png'] }, never), action).rejects.toMatchObject({
      code: expect.stringMatching(/bad-input|not-found/) as string,
    });
  expect(opened).toEqual([]);
  expect(await own.actOnImages({ action: 'tag', ids: ids.slice(0, 3) }, never)).toEqual({ done: 3 });
  expect(await own.mapTags({}, never)).toEqual([{ name: 'tag 0', ids: ids.slice(0, 3) }]);
  await own.removeTag({ name: 'tag 0' }, never);
  expect(await own.mapTags({}, never)).toEqual([]);
  expect(await own.exportTable({ csv: 'id\r\n' }, never)).toBe(true);
  expect(opened).toEqual(['id\r\n']);
});

test('images are left out of the next training, beside the runs, until they are taken back', async () => {
  const dataset = join(folder.path(), 'dataset');
  const { own } = handlers(dataset);
  expect(await own.excludedImages({}, never)).toEqual([]);
  expect(await own.actOnImages({ action: 'exclude', ids: ['b.png', 'a/1.png'] }, never)).toEqual({ done: 2 });
  await own.actOnImages({ action: 'exclude', ids: ['b.png', 'c.png'] }, never);
  expect(await own.excludedImages({}, never)).toEqual(['a/1.png', 'b.png', 'c.png']);
  expect(await handlers(join(folder.path(), 'other')).own.excludedImages({}, never)).toEqual([]);
  await own.includeAgain({}, never);
  expect(await own.excludedImages({}, never)).toEqual([]);
});

test('images inside a container are left out by their ids, those inside an archive by their paths', async () => {
  const file = excludedFile(join(folder.path(), '.vae', 'runs'));
  const kinds: [DatasetSource, id: string, path: string][] = [
    [{ kind: 'digits', count: 10, seed: 0 }, 'digits#1', 'digits#1'],
    [
      { kind: 'idx', uri: 'file:///data/mnist' },
      't10k-images-idx3-ubyte.gz#7',
      't10k-images-idx3-ubyte.gz#7',
    ],
    [{ kind: 'npy', uri: 'file:///data/a.npy' }, 'a.npy#2', 'a.npy#2'],
    [{ kind: 'zip', uri: 'file:///data/a.npz' }, 'a.npz#x_train#3', 'x_train#3'],
    [{ kind: 'parquet', uri: 'file:///data/a.parquet' }, 'a.parquet#4', 'a.parquet#4'],
  ];
  for (const [source, id, path] of kinds) {
    const { own } = handlers(undefined, source);
    expect(await own.excludedImages({}, never)).toEqual([]);
    expect(await own.actOnImages({ action: 'exclude', ids: [id] }, never)).toEqual({ done: 1 });
    expect(await own.excludedImages({}, never)).toEqual([id]);
    expect(await readExcluded(file, listedBy(source))).toEqual([path]);
  }
  await handlers(undefined, kinds[1]![0]).own.includeAgain({}, never);
  const left = [];
  for (const [source] of kinds) left.push(await handlers(undefined, source).own.excludedImages({}, never));
  expect(left.flat()).toEqual(kinds.filter((_, i) => i !== 1).map(([, id]) => id));
});

test('without a run there is nothing to leave images out of', async () => {
  const { own } = handlers(undefined, null);
  expect(await own.excludedImages({}, never)).toEqual([]);
  const refused = own.actOnImages({ action: 'exclude', ids: ['a.png'] }, never);
  await expect(refused).rejects.toMatchObject({
    code: 'not-ready',
    message: expect.stringContaining('Open a run') as string,
  });
  await expect(own.includeAgain({}, never)).rejects.toMatchObject({ code: 'not-ready' });
});

test('an image inside a container has no file, and says so', async () => {
  await expect(handlers(undefined).own.openMapImage({ id: 'a.zip#1.png' }, never)).rejects.toThrow(
    'inside a container file',
  );
});

test('what is to be shown is told once', async () => {
  const { own, mapFocus } = handlers(undefined);
  let told = 0;
  mapFocus.changed(() => told++);
  mapFocus.show(['a.png']);
  expect(told).toBe(1);
  expect(await own.mapFocus({}, never)).toEqual(['a.png']);
  expect(await own.mapFocus({}, never)).toEqual([]);
});

test('the file of a page is opened, and its path copied once', async () => {
  const dataset = join(folder.path(), 'dataset');
  await mkdir(dataset);
  await writeFile(join(dataset, 'stack.tif'), '');
  const { own, opened } = handlers(dataset);
  const ids = ['stack.tif#0', 'stack.tif#12'];
  await own.openMapImage({ id: ids[1]! }, never);
  await own.actOnImages({ action: 'open', ids }, never);
  await own.actOnImages({ action: 'copyPaths', ids }, never);
  expect(opened).toEqual(new Array<string>(3).fill(join(dataset, 'stack.tif')));
});
