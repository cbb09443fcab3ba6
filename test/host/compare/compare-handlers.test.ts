import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { MetricRow } from '../../../src/domain/metrics';
import { compareHandlers } from '../../../src/host/compare/compare-handlers';
import { ComparedRuns, uriOf } from '../../../src/host/compare/compared-runs';
import type { EnginePool } from '../../../src/host/engines/engine-pool';
import type { RunConfig } from '../../../src/runs/config';
import { changeAbout } from '../../../src/runs/about';
import { RunLock } from '../../../src/runs/lock';
import { writeConfig } from '../../../src/runs/store';
import { config, t, useFolder } from '../support';

const folder = useFolder();
const at = (...names: readonly string[]): string => join(folder.path(), ...names);
const never = new AbortController().signal;

interface Asked {
  readonly run: string;
  readonly method: string;
  readonly params: object;
}

/** The panel's handlers, whose engines answer what a test says, and note what they are asked for. */
function panel({
  trusted = true,
  answers = {},
}: { readonly trusted?: boolean; readonly answers?: Record<string, unknown> } = {}) {
  const asked: Asked[] = [];
  const executed: unknown[][] = [];
  const compared = new ComparedRuns();
  const ask = (run: string, method: string, params: object): Promise<unknown> => {
    asked.push({ run, method, params });
    return Promise.resolve(answers[method]);
  };
  const handlers = compareHandlers({
    compared,
    models: { ask } as unknown as EnginePool,
    execute: (command, ...args) => void executed.push([command, ...args]),
    mayStartEngine: () => trusted,
    t,
  });
  return { handlers, compared, asked, executed };
}

const row = (step: number, elbo: number): MetricRow => ({
  ...{ type: 'train', step, samples: step * 100, seconds: step / 10 },
  ...{ elbo, reconstruction: elbo + 10, kl: 10 },
});
const lineOf = (value: object): string => `${JSON.stringify(value)}\n`;

async function writeRun(name: string, data: Partial<RunConfig['data']> = {}): Promise<string> {
  await mkdir(at(name), { recursive: true });
  await writeConfig(at(name), config({ name, data: { ...config().data, ...data } }));
  await writeFile(at(name, 'metrics.jsonl'), lineOf(row(1, -200)));
  return at(name);
}

describe('figures', () => {
  test('are null before runs are chosen', async () => {
    expect(await panel().handlers.comparison({}, never)).toBeNull();
  });

  test('are those of the chosen runs, in their order, by URI', async () => {
    const { handlers, compared } = panel();
    compared.set([await writeRun('b'), await writeRun('a')]);
    const view = await handlers.comparison({}, never);
    expect(view!.runs.map(({ uri, name, step }) => [uri, name, step])).toEqual([
      [uriOf(at('b')), 'b', 1],
      [uriOf(at('a')), 'a', 1],
    ]);
    expect(view!.runs[0]).not.toHaveProperty('folder');
    expect(view!.mayOpenModels).toBe(true);
  });

  test('and curves are shown in an untrusted workspace, too', async () => {
    const { handlers, compared } = panel({ trusted: false });
    const run = await writeRun('a');
    compared.set([run, await writeRun('b')]);
    expect(await handlers.comparison({}, never)).toMatchObject({ mayOpenModels: false });
    expect(await handlers.curve({ run: uriOf(run) }, never)).toEqual([row(1, -200)]);
  });

  test('of a run that has ended are read again when it has new rows or a new name, not before', async () => {
    const { handlers, compared } = panel();
    const run = await writeRun('a');
    compared.set([run]);
    const first = async () => (await handlers.comparison({}, never))!.runs[0]!;
    expect((await first()).preset).toBe('fast');
    await writeConfig(run, config({ name: 'a', preset: 'changed' }));
    expect((await first()).preset).toBe('fast');
    await changeAbout(run, () => ({ name: 'Faces' }));
    expect(await first()).toMatchObject({ preset: 'changed', name: 'Faces' });
    await appendFile(join(run, 'metrics.jsonl'), lineOf(row(2, -150)));
    expect(await first()).toMatchObject({ preset: 'changed', step: 2, train: { elbo: -150 } });
    expect(await handlers.curve({ run: uriOf(run) }, never)).toEqual([row(1, -200), row(2, -150)]);
  });

  test('of a run in training are read each time', async () => {
    const { handlers, compared } = panel();
    const run = await writeRun('a');
    compared.set([run]);
    const lock = await RunLock.take(run);
    const outcome = async () => (await handlers.comparison({}, never))!.runs[0]!.outcome;
    expect(await outcome()).toBe('running');
    await lock.release();
    // No row was written, yet its engine is gone.
    expect(await outcome()).toBe('interrupted');
  });
});

describe('a page is answered', () => {
  const points = { count: 4, seed: 1 };

  test('about the compared runs only', async () => {
    const { handlers, compared, asked, executed } = panel();
    const other = await writeRun('other');
    compared.set([await writeRun('a'), await writeRun('b')]);
    for (const run of [uriOf(other), `${uriOf(at('a'))}/../other`])
      for (const call of [
        () => handlers.curve({ run }, never),
        () => handlers.cards({ run, ids: ['a.png'] }, never),
        () => handlers.decoded({ run, points }, never),
        async () => handlers.openRun({ run }, never),
      ])
        await expect(call()).rejects.toMatchObject({
          code: 'bad-input',
          message: 'expected one of the compared runs',
        });
    expect(asked).toEqual([]);
    expect(executed).toEqual([]);
  });

  test('with nothing of a model in an untrusted workspace', async () => {
    const { handlers, compared, asked } = panel({ trusted: false });
    const run = await writeRun('a');
    compared.set([run]);
    for (const call of [
      () => handlers.images({}, never),
      () => handlers.cards({ run: uriOf(run), ids: ['a.png'] }, never),
      () => handlers.decoded({ run: uriOf(run), points }, never),
    ])
      await expect(call()).rejects.toMatchObject({ code: 'not-allowed' });
    expect(asked).toEqual([]);
  });

  test('with the explorer of a run, and the choice of others', async () => {
    const { handlers, compared, executed } = panel();
    const run = await writeRun('a');
    compared.set([run]);
    await handlers.openRun({ run: uriOf(run) }, never);
    await handlers.pick({}, never);
    expect(executed).toEqual([['vae.openExplorer', run], ['vae.compareRuns']]);
  });
});

test('the images are those of the first run', async () => {
  const images = { ids: ['a.png'] };
  const { handlers, compared, asked } = panel({ answers: { timeImages: images } });
  await expect(handlers.images({}, never)).rejects.toMatchObject({ code: 'not-ready' });
  compared.set([await writeRun('b'), await writeRun('a')]);
  expect(await handlers.images({}, never)).toBe(images);
  expect(asked).toEqual([{ run: at('b'), method: 'timeImages', params: {} }]);
});

test('points are draws from the prior, or a grid over two dimensions', async () => {
  const { handlers, compared, asked } = panel({ answers: { sample: 'drawn', manifold: 'grid' } });
  const run = await writeRun('a');
  compared.set([run]);
  expect(await handlers.decoded({ run: uriOf(run), points: { count: 4, seed: 1 } }, never)).toBe('drawn');
  expect(await handlers.decoded({ run: uriOf(run), points: { dimensions: [0, 3], side: 5 } }, never)).toBe(
    'grid',
  );
  expect(asked).toEqual([
    { run, method: 'sample', params: { from: 'prior', count: 4, seed: 1 } },
    { run, method: 'manifold', params: { surface: { dimensions: [0, 3] }, side: 5 } },
  ]);
});

describe('cards of images', () => {
  const ids = ['b.png', 'a.png', 'c.png'];
  const card = (id: string) => ({ id, name: id });
  const cardsOf = async (own: ReturnType<typeof panel>, run: string) =>
    own.handlers.cards({ run: uriOf(run), ids }, never);
  const dataset = (uri: string, change: object = {}) => ({
    source: { kind: 'folder' as const, uri, ...change },
    fingerprint: '1'.repeat(64),
  });
  const without = (uri: string) => ({ uri, error: 'This run was trained without this image.' });

  test('of the same images are those of the map, in the order that was asked for', async () => {
    const own = panel({ answers: { mapCards: [card('a.png'), card('b.png')] } });
    const [first, run] = [await writeRun('a'), await writeRun('b')];
    own.compared.set([first, run]);
    // The engine knows no c.png.
    expect(await cardsOf(own, run)).toEqual([card('b.png'), card('a.png'), without('c.png')]);
    expect(own.asked).toEqual([{ run, method: 'mapCards', params: { ids } }]);
  });

  test('that a run was trained without say so, and are not asked for', async () => {
    const own = panel({ answers: { mapCards: [card('b.png')] } });
    const change = { leftOut: ['a.png', 'c.png'] };
    const run = await writeRun('b', dataset('file:///data/faces', change));
    own.compared.set([run]);
    expect(await cardsOf(own, run)).toEqual([card('b.png'), without('a.png'), without('c.png')]);
    expect(own.asked).toEqual([{ run, method: 'mapCards', params: { ids: ['b.png'] } }]);
  });

  test('start no engine where it was trained without all of them', async () => {
    const own = panel();
    const run = await writeRun('b', dataset('file:///data/faces', { leftOut: ids }));
    own.compared.set([run]);
    expect(await cardsOf(own, run)).toEqual(ids.map(without));
    expect(own.asked).toEqual([]);
  });

  test('of one archive are the same images, whatever either run was trained without', async () => {
    const own = panel({ answers: { mapCards: [] } });
    const source = (leftOut?: string[]) => ({
      source: { kind: 'zip' as const, uri: 'file:///data/faces.zip', leftOut },
    });
    const first = await writeRun('a', { ...source(), fingerprint: '1'.repeat(64) });
    const run = await writeRun('b', { ...source(['x.png']), fingerprint: '2'.repeat(64) });
    own.compared.set([first, run]);
    const params = { run: uriOf(run), ids: ['faces.zip#x.png', 'faces.zip#y.png'] };
    expect(await own.handlers.cards(params, never)).toEqual(params.ids.map(without));
    expect(own.asked).toEqual([{ run, method: 'mapCards', params: { ids: ['faces.zip#y.png'] } }]);
  });

  test('of a folder that has changed are encoded from their files', async () => {
    const encoded = ids.map((id) => ({ uri: id, name: id }));
    const own = panel({ answers: { encode: encoded } });
    await mkdir(at('data'));
    for (const id of ids) await writeFile(at('data', id), '');
    const uri = pathToFileURL(at('data')).href;
    const first = await writeRun('a', dataset(uri));
    const run = await writeRun('b', { ...dataset(uri), fingerprint: '2'.repeat(64) });
    own.compared.set([first, run]);
    expect(await cardsOf(own, run)).toEqual(encoded);
    const uris = ids.map((id) => pathToFileURL(at('data', id)).href);
    expect(own.asked).toEqual([{ run, method: 'encode', params: { uris } }]);
  });

  test.each(['../secret.png', 'gone.png', 'notes.txt'])(
    'are encoded from no file but an image of the dataset: not %s',
    async (id) => {
      const own = panel({ answers: { encode: [] } });
      await mkdir(at('data'));
      for (const name of ['secret.png', 'data/notes.txt']) await writeFile(at(name), '');
      const first = await writeRun('a', dataset(pathToFileURL(at('data')).href));
      const run = await writeRun('b');
      own.compared.set([first, run]);
      await expect(own.handlers.cards({ run: uriOf(run), ids: [id] }, never)).rejects.toMatchObject({
        code: expect.stringMatching(/bad-input|not-found/) as string,
      });
      expect(own.asked).toEqual([]);
    },
  );

  test('inside a container cannot be shown to a run with other data', async () => {
    const own = panel();
    const run = await writeRun('b', dataset('file:///data/faces'));
    own.compared.set([await writeRun('a'), run]);
    await expect(cardsOf(own, run)).rejects.toMatchObject({
      code: 'not-found',
      message: 'This run was not trained on digits, and the images of digits are inside a container file.',
    });
    expect(own.asked).toEqual([]);
  });
});
