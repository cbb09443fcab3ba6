/** Twelve hours of a training behind a hidden panel: nothing is sent, nothing grows, and one catch-up when it is shown. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { Memento, Uri, WebviewPanel } from 'vscode';
import { beforeEach, expect, test, vi } from 'vitest';
import { Emitter } from '../../src/host/emitter';
import { Cards } from '../../src/host/encode/cards';
import type { EngineConnection } from '../../src/host/engines/engine-connection';
import { Engines } from '../../src/host/engines/engines';
import type { ExplorerServices } from '../../src/host/explorer/explorer-handlers';
import { openExplorerPage } from '../../src/host/explorer/explorer-page';
import { Attention } from '../../src/host/explorer/attention';
import { Selections } from '../../src/host/map/selections';
import { PendingRequest } from '../../src/host/pending-request';
import { RunsModel } from '../../src/host/runs/runs-model';
import { FixedRun } from '../../src/host/runs/shown-run';
import { RejectedMessages } from '../../src/host/webview/rejected-messages';
import { PROTOCOL_VERSION } from '../../src/protocol/engine';
import type { EngineEvents } from '../../src/protocol/engine';
import type { RunView } from '../../src/protocol/panel';
import { connect, serve } from '../../src/protocol/rpc';
import type { Handlers, Message, Transport } from '../../src/protocol/rpc';
import type { EngineMethods } from '../../src/protocol/schemas/engine';
import { writeConfig } from '../../src/runs/store';
import * as editor from '../host/editor';
import { config, t, useFolder } from '../host/support';
import { status } from '../support/engine-status';
import { eventually } from '../support/eventually';
import { until } from './support';
import { memoryInUse } from './support/memory';

vi.mock('vscode', () => import('../host/editor'));

const folder = useFolder();

/** Ten changes a second for twelve hours. */
const EVENTS = 12 * 3600 * 10;

type Sent = {
  readonly event?: string;
  readonly data?: { step: number };
  readonly id?: number;
  readonly ok?: unknown;
};

/** A panel as the editor has it: what is sent to it while it is hidden is lost. */
function panel() {
  const sent: Sent[] = [];
  let lost = 0;
  const viewState = new Emitter<void>();
  const disposed = new Emitter<void>();
  const calls = new Emitter<unknown>();
  const fake = {
    ...{ visible: true, title: '', iconPath: undefined },
    ...{ onDidChangeViewState: viewState.event, onDidDispose: disposed.event },
    webview: {
      ...{ cspSource: 'https://webview.test', options: {}, html: '' },
      asWebviewUri: (uri: unknown) => uri,
      onDidReceiveMessage: calls.event,
      postMessage(message: Sent) {
        if (fake.visible) sent.push(message);
        else lost++;
        return Promise.resolve(fake.visible);
      },
    },
  };
  return {
    ...{ panel: fake as unknown as WebviewPanel, sent },
    lost: () => lost,
    show(visible: boolean) {
      fake.visible = visible;
      viewState.fire();
    },
    call: (id: number, call: string, params: object = {}) => calls.fire({ id, call, params }),
    dispose: () => disposed.fire(),
  };
}

/** An engine that trains, on a transport without a socket: what a socket adds is in 27. */
async function trainingEngine(connection: EngineConnection) {
  const nothing = (): void => undefined;
  const receive: ((message: Message) => void)[] = [nothing, nothing];
  const end = (own: 0 | 1): Transport => ({
    post: (message) => receive[1 - own]!(message),
    listen: (listener) => void (receive[own] = listener),
    dispose: nothing,
    closed: new Promise(nothing),
  });
  let current = status({ step: 0 });
  const table: Partial<Handlers<EngineMethods>> = { status: () => current };
  const server = serve<EngineMethods, EngineEvents>(end(0), table as Handlers<EngineMethods>);
  const client = connect<EngineMethods, EngineEvents>(end(1));
  const hello = { protocol: PROTOCOL_VERSION, product: 'test', mode: 'train', pid: process.pid } as const;
  await connection.take({ client, hello });
  return {
    reconstruct: (step: number): void => server.emit('reconstructed', { step }),
    report(step: number): void {
      current = { ...current, step };
      server.emit('changed', { step, state: 'training' });
    },
  };
}

let run = '';
beforeEach(async () => {
  run = join(folder.path(), 'runs', 'run');
  await mkdir(run, { recursive: true });
  await writeConfig(run, config());
});

test('a hidden panel is sent nothing for 12 hours, and what changed when it is shown', async () => {
  const engines = new Engines({
    engineFolder: '/nowhere',
    choose: () => ({ engine: 'onnx', threads: 1 }),
    checkAllowed: () => undefined,
  });
  const runs = new RunsModel(() => [join(folder.path(), 'runs')], engines);
  const connection = engines.connection(run);
  const engine = await trainingEngine(connection);
  await runs.refresh();
  let [changes, newest] = [0, 0];
  runs.changed(() => changes++);
  connection.changed((step) => (newest = step));
  const memento = { get: (_key: string, usual: unknown) => usual, update: () => Promise.resolve() };
  const services = {
    ...{ current: new FixedRun(runs, run), engines, cards: new Cards(memento as unknown as Memento), t },
    ...{ attention: new Attention(), selections: new Selections() },
    ...{ mapFocus: new PendingRequest(), requestedDirection: new PendingRequest() },
    ...{ classifierChanged: new Emitter<void>() },
    ...{ savedDirectionsChanged: new Emitter<void>(), interpolation: {}, folders: () => [] },
    ...{ mayStartEngine: () => true, log: () => undefined },
  } as unknown as ExplorerServices;
  const page = panel();
  const extensionUri = editor.Uri.file('/extension') as unknown as Uri;
  await openExplorerPage(page.panel, {
    ...{ extensionUri, services, runs },
    refusals: new RejectedMessages(() => undefined),
  });
  engine.report(1);
  await until(() => Promise.resolve(page.sent.some(({ event }) => event === 'changed')));

  page.show(false);
  page.sent.length = 0;
  const report = async (from: number, to: number): Promise<void> => {
    for (let step = from; step <= to; step++) {
      engine.report(step);
      if (step % 100 === 0) engine.reconstruct(step);
      if (step % 50 === 0) await turn();
    }
    await until(() => Promise.resolve(newest === to));
  };
  // In the first hour code is loaded and compiled, which takes memory once.
  await report(2, EVENTS / 12);
  const before = memoryInUse();
  await report(EVENTS / 12 + 1, EVENTS);
  // They did reach this window.
  expect(changes).toBeGreaterThan(1000);
  expect(page.lost()).toBe(0);
  // What was begun for the last events has first to end.
  await eventually(() => memoryInUse() - before, 'memory').toBeLessThan(5);

  page.show(true);
  const caught = page.sent.splice(0);
  expect(caught.map(({ event }) => event).sort()).toEqual(['changed', 'reconstructed']);
  expect(caught.find(({ event }) => event === 'changed')?.data).toMatchObject({ step: EVENTS });
  // The page is new, and asks for what it shows.
  page.call(2 ** 40, 'run');
  await until(() => Promise.resolve(page.sent.length > 0));
  expect((page.sent[0]!.ok as RunView).live).toMatchObject({ step: EVENTS });
  page.sent.length = 0;
  engine.report(EVENTS + 1);
  await until(() => Promise.resolve(page.sent.some(({ data }) => data?.step === EVENTS + 1)));

  page.dispose();
  page.sent.length = 0;
  runs.dispose();
  engines.dispose();
  expect(page.lost()).toBe(0);
});
