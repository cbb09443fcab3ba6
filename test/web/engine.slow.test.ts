/** The engine of VS Code in a browser, in Chromium: as a worker, on files in memory, compared with the same run in Node. */
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { DIGIT_SHAPE, digitImage } from '../../src/datasets/digits/digits';
import { runJob } from '../../src/engine-process/jobs/train-job';
import type { EngineChoice } from '../../src/engine/choose';
import { onnxRuntimeFolder } from '../../src/engine/onnx/native-runtime';
import { encodePng } from '../../src/images/codecs/png-encode';
import type { TrainRequest } from '../../src/runs/config';
import { readMetrics } from '../../src/runs/metrics';
import { readRun } from '../../src/runs/store';
import { chromiumPath } from '../panel/browser.mjs';
import { openWebPage } from './browser';
import type { WebHarness } from './harness';

declare const harness: WebHarness;

const IMAGES = 60;
const WORKSPACE = '/work space';
const PICTURES = `${WORKSPACE}/pictures`;
const SET = {
  ...{ width: '8', height: '8', hidden: '16', latent: '2', minibatch: '10', samples: '3000' },
  ...{ patience: '0', checkpointEvery: '100' },
};
const request = (folder: string): TrainRequest => ({
  source: { kind: 'folder', uri: pathToFileURL(folder).href },
  ...{ preset: 'fast', seed: 7, set: SET },
});
const inBrowser = request(PICTURES);

const pictures = Array.from({ length: IMAGES }, (_, i) => ({
  name: `${String(i).padStart(2, '0')}.png`,
  png: Buffer.from(encodePng({ ...DIGIT_SHAPE, bytes: digitImage(7, i) })),
}));

describe.skipIf(chromiumPath === null)('the engine in Chromium', () => {
  let root: string;
  let opened: Awaited<ReturnType<typeof openWebPage>>;
  let page: Page;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'vae-web-'));
    process.env['XDG_STATE_HOME'] = join(root, 'state');
    await mkdir(join(root, 'pictures'));
    for (const { name, png } of pictures) await writeFile(join(root, 'pictures', name), png);
    opened = await openWebPage();
    ({ page } = opened);
    const files = pictures.map(({ name, png }) => ({
      path: `${PICTURES}/${name}`,
      content: png.toString('base64'),
    }));
    await page.evaluate((given) => harness.begin(given), files);
  });
  afterEach(() => expect(opened.errors).toEqual([]));
  afterAll(async () => {
    await opened?.close();
    await rm(root, { recursive: true, force: true });
  });

  /** Trains the same run in this process. @returns its folder */
  async function trainInNode(engine: EngineChoice): Promise<string> {
    const runFolder = await mkdtemp(join(root, 'node-'));
    const nobody = { onRow: () => undefined, onStatus: () => undefined };
    const job = { runFolder, engine, threads: 1, request: request(join(root, 'pictures')) };
    await runJob(job, nobody, new AbortController().signal);
    return runFolder;
  }

  /** Copies a run folder of the page to the disk. @returns its folder */
  async function copied(name: string): Promise<string> {
    const from = `${WORKSPACE}/.vae/runs/${name}`;
    const folder = await mkdtemp(join(root, 'copy-'));
    for (const { path, content } of await page.evaluate((each) => harness.filesIn(each), from)) {
      const file = join(folder, path.slice(from.length + 1));
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, Buffer.from(content, 'base64'));
    }
    return folder;
  }

  const trained = (name: string, given?: TrainRequest, stopAt?: number): Promise<string> =>
    page.evaluate(([folder, of, at]) => harness.train(folder, of, at), [
      ...[`${WORKSPACE}/.vae/runs/${name}`, given, stopAt],
    ] as [string, TrainRequest | undefined, number | undefined]);

  async function checkpointsIn(folder: string): Promise<ReadonlyMap<string, string>> {
    const names = (await readdir(join(folder, 'checkpoints'))).sort();
    const read = async (name: string) =>
      [name, (await readFile(join(folder, 'checkpoints', name))).toString('base64')] as const;
    return new Map(await Promise.all(names.map(read)));
  }

  test('a folder of images is trained on: the bytes of the run in Node, and the bounds of the native library', async () => {
    expect(await trained('whole', inBrowser)).toBe('');
    const folder = await copied('whole');
    const run = await readRun(folder);
    expect(run).toMatchObject({ outcome: 'finished', checkpoints: [200, 250, 300] });
    expect(run.config.engine).toMatchObject({ name: 'wasm', threads: 1 });
    expect(run.config.data.source).toMatchObject({ uri: 'file:///work%20space/pictures' });
    const inNode = await trainInNode('wasm');
    expect((await readdir(folder)).sort()).toEqual((await readdir(inNode)).sort());
    expect(await checkpointsIn(folder)).toEqual(await checkpointsIn(inNode));
    if (onnxRuntimeFolder() === null) return;
    const native = await readMetrics(await trainInNode('onnx'));
    const here = await readMetrics(folder);
    expect(here).toHaveLength(native.length);
    for (const [i, row] of here.entries())
      // Of 1.8e-7 of the bound, measured over 20 steps of a model of this size; here it is 300 steps.
      expect(Math.abs(row.elbo / native[i]!.elbo - 1)).toBeLessThan(1e-5);
  });

  test('a training whose tab was closed is interrupted, and resumed from its checkpoint to the same bytes', async () => {
    const runFolder = `${WORKSPACE}/.vae/runs/closed`;
    const holder = await page.evaluate(([folder, given]) => harness.trainUntilClosed(folder, given, 120), [
      runFolder,
      inBrowser,
    ] as const);
    expect(holder).toBe('dead');
    const before = await readRun(await copied('closed'));
    expect(before.outcome).not.toBe('finished');
    expect(await trained('closed')).toBe('');
    const folder = await copied('closed');
    expect(await readRun(folder)).toMatchObject({ outcome: 'finished', checkpoints: [200, 250, 300] });
    expect(await checkpointsIn(folder)).toEqual(await checkpointsIn(await trainInNode('wasm')));
    const steps = (await readMetrics(folder)).filter(({ type }) => type === 'train').map(({ step }) => step);
    expect(steps).toEqual(Array.from({ length: 30 }, (_, i) => 10 * (i + 1)));
  });

  test('two workers never train one run', async () => {
    const refusal = await page.evaluate(([folder, given]) => harness.trainTwice(folder, given), [
      `${WORKSPACE}/.vae/runs/twice`,
      inBrowser,
    ] as const);
    expect(refusal).toContain('trained in another tab or window');
  });

  test('an ended run encodes, decodes and is exported', async () => {
    expect(await trained('served', inBrowser)).toBe('');
    const runFolder = `${WORKSPACE}/.vae/runs/served`;
    const uri = pathToFileURL(`${PICTURES}/00.png`).href;
    const encoded = (await page.evaluate(
      ([folder, image]) => harness.ask(folder, 'encode', { uris: [image] }),
      [runFolder, uri] as const,
    )) as readonly { readonly mean: readonly number[] }[];
    expect(encoded[0]!.mean).toHaveLength(2);
    const files = await page.evaluate((folder) => harness.exported(folder), runFolder);
    expect(files.files.map((file) => basename(file)).sort()).toEqual(['decoder.onnx', 'encoder.onnx']);
    const written = await copied('served');
    expect((await readdir(join(written, 'export'))).sort()).toEqual(['decoder.onnx', 'encoder.onnx']);
    expect((await readFile(join(written, 'export', 'decoder.onnx'))).length).toBeGreaterThan(1000);
  });

  test('a dataset is reported on, with its images', async () => {
    const report = await page.evaluate((path) => harness.inspected(path), PICTURES);
    expect(report.lines.find(({ title }) => title === 'images')?.text).toContain('60');
    expect(report.examples.count).toBe(3);
  });
});
