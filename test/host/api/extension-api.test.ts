/** The interface for other extensions, as an example extension uses it, with an engine that answers as a test says. */
import { cp, mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type * as vscode from 'vscode';
import type { LatentExplorer } from '../../../api/latent-explorer';
import { exportRun as runExport } from '../../../src/endpoint/export-run';
import { extensionApi } from '../../../src/host/api/extension-api';
import { Emitter } from '../../../src/host/emitter';
import type { RunEntry } from '../../../src/host/runs/runs-model';
import type { ExtensionServices } from '../../../src/host/services';
import { readRun } from '../../../src/runs/store';
import * as editor from '../editor';
import { useFolder } from '../support';
import { runEntry, windowWith } from '../window';
import { ExampleExtension } from './example-extension';

vi.mock('vscode', () => import('../editor'));
vi.mock('../../../src/endpoint/export-run', () => ({ exportRun: vi.fn() }));

const root = resolve(__dirname, '../../..');
const fixture = join(root, 'test/fixtures/runs/0.1.0/runs/whole');
const folder = useFolder();
const changed = new Emitter<RunEntry | null>();
const calls: [method: string, params: Record<string, unknown>][] = [];
let explorer: LatentExplorer;
let run: vscode.Uri;
let entry: RunEntry;

const pictures = { width: 1, height: 1, channels: 1 as const, count: 1, bytes: Uint8Array.of(7) };
const card = (uri: string, mean: number[]) => ({
  ...{
    uri,
    name: uri,
    original: pictures,
    reconstructed: pictures,
    step: 100,
    elbo: -3,
    reconstruction: -2,
    kl: 1,
  },
  ...{
    mean: Float32Array.from(mean),
    standardDeviation: Float32Array.of(1, 1),
    klPerDimension: Float32Array.of(0, 1),
  },
});
const track = {
  z: Float32Array.of(0, 0, 1, 1),
  pictures: { ...pictures, count: 2 },
  priorDensity: Float32Array.of(-1, -2),
  density: null,
  nearest: null,
};
const direction = {
  vector: Float32Array.of(1, 0),
  start: Float32Array.of(0, 1),
  counts: [3, 4],
  inBoth: 0,
  score: null,
  step: 100,
  fingerprint: 'f',
};
/** What the engine answers, by the names of its methods. */
const answers: Record<string, (params: never) => unknown> = {
  encode: ({ uris }: { uris: string[] }) =>
    uris.map((uri) =>
      uri.includes('broken')
        ? { uri, error: 'no image' }
        : card(uri, uri.includes('a.png') ? [0, 0] : [3, 4]),
    ),
  decode: () => pictures,
  evaluate: ({ split }: { split: string }) => ({
    ...{
      split,
      elbo: -5,
      reconstruction: -4,
      kl: 1,
      standardError: 0.1,
      count: 6,
      label: 'Bernoulli',
      step: 100,
    },
    klPerDimension: Float32Array.of(1),
  }),
  path: () => ({
    at: Uint32Array.of(0, 1),
    linear: track,
    spherical: track,
    waypoints: track.z,
    aggregate: null,
    step: 100,
  }),
  map: () => ({
    set: {
      key: 'k',
      step: 100,
      count: 2,
      labelNames: ['one'],
      dimensions: 2,
      layout: null,
      shares: Float32Array.of(1, 0),
    },
    step: 100,
    images: 2,
    job: null,
    error: '',
    layout: { job: null, error: '' },
  }),
  mapImages: () => ({ ids: ['#0', '#1'], labels: Int32Array.of(0, -1), splits: Uint8Array.of(0, 2) }),
  mapColumn: () => Float32Array.of(1, 2),
  makeDirection: () => direction,
  along: ({ places }: { places: Float32Array }) => ({
    origin: Float32Array.of(0, 0),
    place: 0,
    z: new Float32Array(2 * places.length),
    pictures,
    step: 100,
  }),
};

beforeEach(async () => {
  const path = join(folder.path(), '.vae', 'runs', 'whole');
  await mkdir(join(folder.path(), '.vae', 'runs'), { recursive: true });
  await cp(fixture, path, { recursive: true });
  run = editor.Uri.file(path) as unknown as vscode.Uri;
  entry = runEntry(path, { record: await readRun(path) });
  const { host } = windowWith([entry]);
  const runs = Object.assign(host.runs, { changed: changed.event });
  explorer = extensionApi({
    ...host,
    runs,
    context: { extensionPath: '/extension', subscriptions: [] },
    savedDirectionsChanged: new Emitter<void>(),
    classifierChanged: new Emitter<void>(),
    engines: {
      connection: () => ({ pid: 1 }),
      ask: (_folder: string, method: string, params: never) => {
        calls.push([method, params]);
        return Promise.resolve(answers[method]!(params));
      },
    },
  } as unknown as ExtensionServices);
});
afterEach(() => {
  calls.length = 0;
  editor.workspace.isTrusted = true;
  vi.clearAllMocks();
});
const file = (name: string): vscode.Uri =>
  editor.Uri.file(join(folder.path(), name)) as unknown as vscode.Uri;

test('the example extension finds what is between two images, and hears of runs until it goes', async () => {
  const subscriptions: { dispose(): unknown }[] = [];
  const example = new ExampleExtension({ subscriptions }, explorer);
  const found = await example.between(file('photos'), file('a.png'), file('b.png'));
  expect(found).toEqual({ run: run.fsPath, bound: -5, pixels: Uint8Array.of(7), distance: 5 });
  const decoded = calls.find(([method]) => method === 'decode')![1];
  expect(decoded).toMatchObject({ z: Float32Array.of(1.5, 2), count: 1 });
  changed.fire(entry);
  changed.fire(null);
  expect(example.seen).toEqual(['whole finished', 'the list']);
  for (const each of subscriptions) each.dispose();
  changed.fire(null);
  expect(example.seen).toHaveLength(2);
});

test('another version is refused', () => {
  expect(() => explorer.getAPI(2 as 1)).toThrow(/got version 2 of the API, expected 1/);
  expect(explorer.getAPI(1)).toBe(explorer.getAPI(1));
});

test('runs are plain data', async () => {
  expect(await explorer.getAPI(1).runs()).toEqual([
    {
      ...{
        uri: run,
        name: 'whole',
        state: 'finished',
        preset: 'fast',
        dataset: 'digits',
        latent: 2,
        tags: [],
      },
      ...{ step: entry.record!.lastRow!.step, samples: entry.record!.lastRow!.samples },
      best: { step: entry.record!.best!.step, elbo: entry.record!.best!.elbo },
    },
  ]);
});

test('each method asks the engine, and gives plain numbers', async () => {
  const api = explorer.getAPI(1);
  const encoded = await api.encode(run, [file('a.png'), file('broken.png')]);
  expect(encoded[0]).toMatchObject({ mean: [0, 0], elbo: -3 });
  expect(encoded[1]).toMatchObject({ error: 'no image' });
  const path = await api.interpolate(run, [file('a.png'), file('b.png')], 2);
  expect(path).toMatchObject({
    at: [0, 1],
    linear: {
      points: [
        [0, 0],
        [1, 1],
      ],
      priorDensity: [-1, -2],
    },
  });
  expect(await api.latents(run, ['elbo'])).toMatchObject({
    ids: ['#0', '#1'],
    labels: ['one', null],
    splits: ['train', 'test'],
    columns: { elbo: [1, 2] },
  });
  expect(await api.evaluate(run)).toMatchObject({ split: 'test', importance: null });
});

test('directions are made, saved, listed and applied', async () => {
  const { directions } = explorer.getAPI(1);
  const made = await directions.make(run, { label: '0' }, { rest: true }, { name: 'other digits' });
  expect(made).toEqual({ vector: [1, 0], start: [0, 1], counts: [3, 4], step: 100 });
  expect(calls.find(([method]) => method === 'makeDirection')![1]).toEqual({
    a: { label: '0' },
    b: { rest: true },
    seed: 0,
  });
  expect(await directions.list(run)).toMatchObject([{ name: 'other digits', run: 'whole', vector: [1, 0] }]);
  const applied = await directions.apply(run, 'other digits', [0, 1], file('a.png'));
  expect(applied).toMatchObject({
    points: [
      [0, 0],
      [0, 0],
    ],
    sameWeights: true,
  });
  await expect(directions.apply(run, 'none', [0])).rejects.toThrow(/no direction none/);
});

test('a run is exported where the program says', async () => {
  editor.workspace.fs.stat.mockRejectedValue(new Error('not found'));
  vi.mocked(runExport).mockResolvedValue({
    type: 'export',
    files: ['/out/encoder.onnx'],
    step: 100,
    notes: [],
  });
  const files = await explorer.getAPI(1).export(run, { folder: file('out') });
  expect(files.map(({ fsPath }) => fsPath)).toEqual(['/out/encoder.onnx']);
  expect(vi.mocked(runExport).mock.calls[0]![0]).toMatchObject({
    runFolder: run.fsPath,
    folder: join(folder.path(), 'out'),
  });
});

test('runs of elsewhere, wrong arguments and workspaces without trust are refused', async () => {
  const api = explorer.getAPI(1);
  await expect(api.encode(file('nothing'), [file('a.png')])).rejects.toThrow(/not a run of this workspace/);
  await expect(api.encode(run, [file('a.txt')])).rejects.toThrow(/not a supported image/);
  await expect(api.decode(run, [[1, 2], [3]])).rejects.toThrow(/points of one length/);
  editor.workspace.isTrusted = false;
  for (const call of [
    () => api.encode(run, [file('a.png')]),
    () => api.train({ data: 'digits' }),
    () => api.stop(run),
    () => api.directions.list(run),
  ])
    await expect(call()).rejects.toThrow(/not trusted/);
});

test('the published types stand for themselves', async () => {
  const path = join(root, 'api/latent-explorer.d.ts');
  const imports = [...(await readFile(path, 'utf8')).matchAll(/from '([^']+)'/g)].map(([, from]) => from);
  expect(imports).toEqual(['vscode']);
  const program = ts.createProgram([path], {
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    types: ['vscode'],
    typeRoots: [join(root, 'node_modules/@types')],
    target: ts.ScriptTarget.ES2022,
  });
  const source = program.getSourceFile(path)!;
  const problems = [...program.getSemanticDiagnostics(source), ...program.getSyntacticDiagnostics(source)];
  expect(problems.map(({ messageText }) => messageText)).toEqual([]);
});
