import { mkdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Memento } from 'vscode';
import type { Page } from 'playwright-core';
import { waitForEngine } from '../../src/endpoint/client';
import { Cards } from '../../src/host/encode/cards';
import { ComparedRuns } from '../../src/host/compare/compared-runs';
import type { CurrentRun } from '../../src/host/runs/current-run';
import { Engines } from '../../src/host/engines/engines';
import { EnginePool } from '../../src/host/engines/engine-pool';
import { Emitter } from '../../src/host/emitter';
import { InterpolationModel } from '../../src/host/interpolation/interpolation';
import { Attention } from '../../src/host/explorer/attention';
import { Selections } from '../../src/host/map/selections';
import { PendingRequest } from '../../src/host/pending-request';
import type { RequestedDirection } from '../../src/protocol/directions';
import type { RunEntry } from '../../src/host/runs/runs-model';
import { compareHandlers } from '../../src/host/compare/compare-handlers';
import { sweepHandlers } from '../../src/host/sweeps/sweep-handlers';
import { explorerHandlers } from '../../src/host/explorer/explorer-handlers';
import { RejectedMessages } from '../../src/host/webview/rejected-messages';
import { logged } from '../../src/host/webview/webview-transport';
import { withOwnBuffers } from '../../src/shared/own-buffers';
import type { CompareEvents } from '../../src/protocol/compare';
import { serve } from '../../src/protocol/rpc';
import type { Handlers, Message, Transport } from '../../src/protocol/rpc';
import type { ExplorerEvents } from '../../src/protocol/panel';
import type { TrainRequest } from '../../src/runs/config';
import { readRun } from '../../src/runs/store';
import { runJob } from '../../src/engine-process/jobs/train-job';
import { serveJob } from '../../src/engine-process/jobs/serve-job';
import { t } from '../host/support';
import { fromText, toText } from '../webview/harness/wire';
import type { SweepEvents } from '../../src/protocol/sweep';
import type { SweepMethods } from '../../src/protocol/schemas/sweep';
import type { CompareMethods } from '../../src/protocol/schemas/compare';
import type { ExplorerMethods } from '../../src/protocol/schemas/panel';

const ENGINE = { engine: 'onnx', threads: 1 } as const;
const nobody = { onRow: () => undefined, onStatus: () => undefined };
const refuse = (): never => {
  throw new Error('not part of this');
};

/** Trains a run in this process, to its end. */
export async function train(runFolder: string, request: TrainRequest): Promise<void> {
  await mkdir(runFolder, { recursive: true });
  await runJob({ runFolder, request, ...ENGINE }, nobody, new AbortController().signal);
}

/** Engines in this process, which end together. */
export class LiveEngines {
  private readonly running: { controller: AbortController; done: Promise<unknown> }[] = [];
  readonly engines = new Engines({ engineFolder: '', choose: refuse, checkAllowed: refuse });

  /** Serves an ended run, or trains a new one. */
  async start(runFolder: string, request?: TrainRequest): Promise<void> {
    await mkdir(runFolder, { recursive: true });
    const controller = new AbortController();
    const { signal } = controller;
    const done = request
      ? runJob({ runFolder, request, ...ENGINE }, nobody, signal)
      : serveJob({ runFolder, ...ENGINE }, signal);
    this.running.push({ controller, done });
    const connection = await waitForEngine(runFolder, request ? 'train' : 'serve', Infinity, signal);
    await this.engines.connection(runFolder).take(connection!);
  }

  async end(): Promise<void> {
    for (const { controller } of this.running) controller.abort();
    this.engines.dispose();
    await Promise.all(this.running.splice(0).map(({ done }) => done));
  }
}

/** What a page in the browser is attached to: the handlers that it has in VS Code, behind the same schemas. */
export function livePage<M extends object, E extends object>(handlers: Handlers<M>) {
  const calls: { readonly method: string; readonly params: unknown }[] = [];
  const refused: string[] = [];
  let receive: (message: Message) => void = () => undefined;
  let page: Page | undefined;
  const transport: Transport = {
    post(message) {
      const text = toText(withOwnBuffers(message));
      // A page that is being reloaded takes nothing.
      page?.evaluate(`harness.host.receive(${JSON.stringify(text)})`).catch(() => undefined);
    },
    listen: (listener) => (receive = listener),
    dispose: () => undefined,
    closed: new Promise(() => undefined),
  };
  const refusals = new RejectedMessages((message) => void refused.push(message));
  const server = serve<M, E>(transport, logged(handlers, refusals));
  const attach = async (opened: Page): Promise<void> => {
    page = opened;
    await opened.exposeFunction('toNode', (text: string) => {
      const message = fromText(text) as Message;
      if ('call' in message) calls.push({ method: message.call, params: message.params });
      receive(message);
    });
  };
  const emit: typeof server.emit = (event, data) => server.emit(event, data);
  return { attach, calls, refused, emit };
}

/** The explorer panel on a run with a living engine. */
export async function liveExplorer({ engines }: LiveEngines, runFolder: string) {
  const connection = engines.connection(runFolder);
  const values = new Map<string, unknown>();
  const memento = {
    get: (key: string, usual: unknown) => values.get(key) ?? usual,
    update: (key: string, value: unknown) => Promise.resolve(void values.set(key, value)),
  } as unknown as Memento;
  const record = await readRun(runFolder).catch(() => null);
  const entry: RunEntry = {
    folder: runFolder,
    record,
    damage: '',
    connection,
    awaited: null,
    followed: null,
  };
  const handlers = explorerHandlers({
    current: { folder: runFolder, entry } as CurrentRun,
    ...{
      engines,
      cards: new Cards(memento),
      t,
      attention: new Attention(),
      selections: new Selections(),
      mapFocus: new PendingRequest<readonly string[]>(),
      requestedDirection: new PendingRequest<RequestedDirection>(),
      savedDirectionsChanged: new Emitter<void>(),
      classifierChanged: new Emitter<void>(),
      interpolation: new InterpolationModel(memento, engines),
      showInterpolation: refuse,
    },
    ...{
      folders: () => [],
      execute: refuse,
      openImage: refuse,
      openFile: refuse,
      savePicture: refuse,
      askFilmFormat: refuse,
      saveFilm: refuse,
      confirm: refuse,
      keepSnapshots: refuse,
    },
    imageActions: { openAll: refuse, reveal: refuse, copy: refuse, save: refuse, askTag: refuse },
    mayStartEngine: () => true,
    log: () => undefined,
  });
  const page = livePage<ExplorerMethods, ExplorerEvents>(handlers);
  const run = pathToFileURL(runFolder).href;
  connection.changed((step) => page.emit('changed', { step, run }));
  connection.reconstructed((step) => page.emit('reconstructed', { step }));
  return { ...page, name: basename(runFolder) };
}

/** Answers calls of the page of a sweep as the extension does. @param folder of the sweep */
export function liveSweep({ engines }: LiveEngines, folder: string, trusted = true) {
  const executed: unknown[][] = [];
  const handlers = sweepHandlers(folder, {
    ...{ models: new EnginePool(engines, 3), t },
    execute: (...args) => void executed.push(args),
    mayStartEngine: () => trusted,
  });
  return { ...livePage<SweepMethods, SweepEvents>(handlers), executed };
}

/** The comparison of runs; those that are ended need engines of `live` to be asked. */
export function liveComparison({ engines }: LiveEngines, folders: readonly string[], trusted = true) {
  const compared = new ComparedRuns();
  compared.set(folders);
  const executed: unknown[][] = [];
  const handlers = compareHandlers({
    ...{ compared, models: new EnginePool(engines, 3), t },
    execute: (...args) => void executed.push(args),
    mayStartEngine: () => trusted,
  });
  const page = livePage<CompareMethods, CompareEvents>(handlers);
  compared.changed(() => page.emit('chosen', {}));
  return { ...page, compared, executed };
}
