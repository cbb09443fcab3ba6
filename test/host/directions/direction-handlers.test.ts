import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Emitter } from '../../../src/host/emitter';
import { PendingRequest } from '../../../src/host/pending-request';
import type { RequestedDirection } from '../../../src/protocol/directions';
import { directionHandlers } from '../../../src/host/directions/direction-handlers';
import { directionMethods } from '../../../src/protocol/schemas/directions';
import { panelMethods } from '../../../src/protocol/schemas/panel';
import type { Method } from '../../../src/protocol/schemas/method';
import { t, useFolder } from '../support';
import type * as z from 'zod';

const folder = useFolder();
const never = new AbortController().signal;

function handlers(agrees = true) {
  const opened: string[] = [];
  const asked: string[] = [];
  const requestedDirection = new PendingRequest<RequestedDirection>();
  const savedDirectionsChanged = new Emitter<void>();
  const own = directionHandlers({
    requestedDirection,
    savedDirectionsChanged,
    runFolder: () => join(folder.path(), '.vae', 'runs', 'a-run'),
    openFile: (path) => Promise.resolve(void opened.push(path)),
    confirm: (question) => Promise.resolve(asked.push(question) > 0 && agrees),
    t,
  });
  return { own, opened, asked, requestedDirection, savedDirectionsChanged };
}

const direction = {
  ...{ vector: Float32Array.of(1, 2), start: Float32Array.of(0, 0.5), counts: [3, 2] as const },
  ...{ inBoth: 0, score: null, step: 12, fingerprint: 'ab' },
};
const words = { name: 'smile', from: 'label a', to: 'label b' };
const path = (file: string): string => join(folder.path(), '.vae', 'directions', file);

test('a direction is saved beside the runs, with the run’s name, listed, opened and deleted', async () => {
  const { own, opened, asked, savedDirectionsChanged } = handlers();
  let told = 0;
  savedDirectionsChanged.event(() => told++);
  const saved = await own.saveDirection({ ...words, direction }, never);
  expect(saved).toEqual({ ...direction, ...words, run: 'a-run', file: 'smile.json' });
  expect(JSON.parse(await readFile(path('smile.json'), 'utf8'))).toMatchObject({ run: 'a-run', latent: 2 });
  expect(await own.directions({}, never)).toEqual({ directions: [saved], damaged: [] });
  await own.openDirection({ file: 'smile.json' }, never);
  expect(opened).toEqual([path('smile.json')]);
  expect(await own.deleteDirection({ file: 'smile.json' }, never)).toBe(true);
  expect(asked).toEqual(['Delete the direction smile.json?']);
  expect(await own.directions({}, never)).toEqual({ directions: [], damaged: [] });
  expect(told).toBe(2);
});

test('nothing is deleted where the person thinks better of it, and nothing outside of the folder ever', async () => {
  const { own } = handlers(false);
  await own.saveDirection({ ...words, direction }, never);
  expect(await own.deleteDirection({ file: 'smile.json' }, never)).toBe(false);
  expect((await own.directions({}, never)).directions).toHaveLength(1);
  await expect(handlers().own.deleteDirection({ file: '../.gitignore' }, never)).rejects.toThrow(/expected/);
});

test('only what is a direction is opened', async () => {
  const { own, opened } = handlers();
  await mkdir(path('.'), { recursive: true });
  await writeFile(path('other.json'), '{}');
  await expect(own.openDirection({ file: 'other.json' }, never)).rejects.toThrow(/is not a direction/);
  expect(opened).toEqual([]);
});

test('what a command asks to be shown is told once', async () => {
  const { own, requestedDirection } = handlers();
  requestedDirection.show({ file: 'smile.json' });
  expect(await own.requestedDirection({}, never)).toEqual({ file: 'smile.json' });
  expect(await own.requestedDirection({}, never)).toBeNull();
});

test('messages are checked', () => {
  const { saveDirection, deleteDirection } = panelMethods;
  const { makeDirection, along } = directionMethods;
  const accepts = (method: Method<z.ZodType, unknown>, value: unknown): boolean =>
    method.params.safeParse(value).success;
  expect(accepts(makeDirection, { a: { label: 'x' }, b: { rest: true }, seed: 0 })).toBe(true);
  expect(accepts(makeDirection, { component: 3 })).toBe(true);
  expect(accepts(makeDirection, { a: { path: '/etc' }, b: { rest: true }, seed: 0 })).toBe(false);
  expect(accepts(saveDirection, { ...words, direction })).toBe(true);
  const odd = { ...direction, vector: Float32Array.of(NaN, 1) };
  expect(accepts(saveDirection, { ...words, direction: odd })).toBe(false);
  expect(accepts(saveDirection, { ...words, name: ' ', direction })).toBe(false);
  expect(accepts(deleteDirection, { file: '' })).toBe(false);
  const { vector, start } = direction;
  expect(accepts(along, { around: null, start, vector, places: [0.5] })).toBe(false);
});
