/** What stands for the extension host in a page of Chromium: it starts engines, on files in memory. Bundled as the extension is. */
import { exportRun } from '../../src/endpoint/export-run';
import { inspectDataset } from '../../src/endpoint/inspect-dataset';
import { startEngine } from '../../src/endpoint/start-engine';
import { stopEngine } from '../../src/endpoint/stop-engine';
import type { TrainRequest } from '../../src/runs/config';
import { lockHolder } from '../../src/runs/lock';
import type { FileSystem } from '../../src/web/files/file-system';
import { MemoryFiles } from '../../src/web/files/memory-files';
import { ASSETS_FOLDER, mounted, withMemory } from '../../src/web/files/mounted-files';
import { EngineWorker, useWorkers } from '../../src/web/host/engine-workers';
import type { BrowserWorker } from '../../src/web/host/engine-workers';
import { useFiles } from '../../src/web/node/current-files';

interface Given {
  readonly path: string;
  /** In base64. */
  readonly content: string;
}

const memory = new MemoryFiles();
const bytesOf = (text: string): Uint8Array =>
  Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
const nothing = (): never => {
  throw new Error('the files of the product are only read');
};
/** The files of dist/web, which the page's server has. */
const assets: FileSystem = {
  ...{ stat: nothing, list: nothing, write: nothing, makeFolder: nothing },
  ...{ remove: nothing, rename: nothing, copy: nothing },
  read: async (path) => new Uint8Array(await (await fetch(path.slice(ASSETS_FOLDER.length))).arrayBuffer()),
};

async function makeFolders(path: string): Promise<void> {
  const parts = path.split('/').filter(Boolean);
  for (let i = 1; i <= parts.length; i++) await memory.makeFolder(`/${parts.slice(0, i).join('/')}`);
}

/** @param files of the workspace */
async function begin(files: readonly Given[]): Promise<void> {
  const page = await withMemory(mounted(ASSETS_FOLDER, assets, memory), memory);
  for (const { path, content } of files) {
    await makeFolders(path.slice(0, path.lastIndexOf('/')));
    await memory.write(path, bytesOf(content));
  }
  useFiles(page);
  const script = URL.createObjectURL(new Blob([await (await fetch('/engine.js')).text()]));
  const { Worker } = globalThis as unknown as { readonly Worker: new (url: string) => BrowserWorker };
  useWorkers({ files: page, create: () => Promise.resolve(new Worker(script)) });
}

const engineFolder = '';

/** Trains a run, or resumes it, until it ends or has come to a step. Returns why it failed, or nothing. */
async function train(
  runFolder: string,
  request: TrainRequest | undefined,
  stopAt = Infinity,
): Promise<string> {
  const { client } = await startEngine({ runFolder, mode: 'train', request, engineFolder });
  const ended = EngineWorker.ofRun(runFolder)!.ended;
  client.on('changed', ({ step }) => {
    if (step >= stopAt) void client.call('stop', {}).catch(() => undefined);
  });
  return (await ended).failure;
}

/** Asks an engine that serves the run. */
async function ask(runFolder: string, method: string, params: object): Promise<unknown> {
  const { client } = await startEngine({ runFolder, mode: 'serve', engineFolder });
  try {
    const result = await (client.call as (name: string, given: object) => Promise<unknown>)(method, params);
    return JSON.parse(
      JSON.stringify(result, (_, value: unknown) =>
        ArrayBuffer.isView(value) ? Array.from(value as unknown as ArrayLike<number>) : value,
      ),
    ) as unknown;
  } finally {
    client.dispose();
    await stopEngine(runFolder);
  }
}

/** Returns the files in a folder, in base64. */
async function filesIn(folder: string): Promise<Given[]> {
  const entries = await memory.list(folder);
  const found = await Promise.all(
    entries.map(async ({ name, kind }): Promise<Given[]> => {
      const path = `${folder}/${name}`;
      if (kind === 'folder') return filesIn(path);
      const bytes = await memory.read(path);
      return [{ path, content: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')) }];
    }),
  );
  return found.flat();
}

/** Begins to train, and ends the worker as a closed tab does: at once. */
async function trainUntilClosed(runFolder: string, request: TrainRequest, step: number): Promise<string> {
  const { client } = await startEngine({ runFolder, mode: 'train', request, engineFolder });
  const worker = EngineWorker.ofRun(runFolder)!;
  client.on('changed', (now) => {
    if (now.step >= step) worker.terminate();
  });
  await worker.ended;
  return lockHolder(runFolder);
}

/** Tries to train a run that another worker trains; returns the refusal. */
async function trainTwice(runFolder: string, request: TrainRequest): Promise<string> {
  await startEngine({ runFolder, mode: 'train', request, engineFolder });
  const first = EngineWorker.ofRun(runFolder)!;
  const refusal = await startEngine({ runFolder, mode: 'train', engineFolder }).then(
    () => 'it was started',
    (error: Error) => error.message,
  );
  first.terminate();
  return refusal;
}

const exported = (runFolder: string) =>
  exportRun(
    { runFolder, format: 'onnx', table: 'csv', folder: null, overwrite: false, engineFolder },
    new AbortController().signal,
  );

const inspected = (path: string) =>
  inspectDataset(
    { path, preset: 'fast', set: {}, labels: null, labelColumn: null, leaveOut: null, engineFolder },
    new AbortController().signal,
  );

export type WebHarness = typeof harness;
const harness = { begin, train, trainUntilClosed, trainTwice, ask, filesIn, exported, inspected };
(globalThis as { harness?: WebHarness }).harness = harness;
