/**
 * A drag in the real VS Code, from the mouse to the picture, decoded by the engine and by the panel: the explorer panel of a run
 * that is only served, in a window of the VS Code server in headless Chromium, moved by the browser's own mouse, one move at a
 * time.
 */
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { connectToRun } from '../../src/endpoint/client';
import { ensureEditor } from '../../src/setup/editor.mjs';
import { Explorer } from '../../test/vscode/editor/explorer';
import { openWindow } from '../../test/vscode/editor/open';
import type { Window } from '../../test/vscode/editor/window';
import { Sandbox } from '../../test/vscode/sandbox';
import { until } from '../../test/vscode/waiting/until';
import { Watch } from '../../test/vscode/waiting/watch';
import { keepWire, Probe, roundTrip } from './probe';
import type { Move } from './probe';
import { writeColourImages } from '../colour-images';

/** Between two moves of a person's mouse, in ms. */
const PAUSE = 1000 / 60;

/** Moves before those that count: code is compiled and caches fill. */
const WARM_UP = 30;

/** By then the panel has its weights. */
const MAX_FIRST_MOVES = 1000;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** What is trained for a moment, to be dragged through. */
const MODELS = {
  '20-500-784': ['--data', 'digits', '--preset', 'aevb', '--set', 'samples=20000'],
  '64 x 64 x 3, convolutional': ['--data', 'colours.npy', '--preset', 'conv', '--set', 'samples=2000'],
};
const COLOUR_IMAGES = 500;
const CANVASES = { map: '#inspector .here canvas', slider: '.stage-box .picture.big' };

/** @param root the project's folder @param count moves of each kind */
export async function measure(root: string, count: number): Promise<void> {
  const editor = await ensureEditor();
  if ('missing' in editor) throw new Error(editor.missing);
  say(
    `${cpus().length} cores, ${cpus()[0]?.model.trim()}; ${loadavg()[0]!.toFixed(1)} programs were running before`,
  );
  for (const [model, args] of Object.entries(MODELS)) {
    const sandbox = await Sandbox.create();
    try {
      const { environment } = sandbox;
      // Engines of the sandbox are asked from here, too.
      process.env['XDG_STATE_HOME'] = environment['XDG_STATE_HOME'];
      const workspace = await sandbox.workspace();
      await writeColourImages(join(workspace, 'colours.npy'), COLOUR_IMAGES, 64);
      const vae = join(root, 'dist', 'engine', 'vae.cjs');
      await promisify(execFile)(process.execPath, [vae, 'train', ...args], {
        cwd: workspace,
        env: environment,
      });
      const results = new Map<string, readonly Move[]>();
      for (const way of ['engine', 'panel'] as const) {
        const wanted = { trusted: true, workspace, folder: join(root, 'out'), root, restarted: say };
        const opened = await openWindow(wanted, editor, sandbox, new Watch());
        try {
          await measureWindow(opened.window, workspace, model, way, count, results);
        } finally {
          await opened.close();
        }
      }
      say(`${model}, from the pointer's event to the drawn picture:`);
      for (const [name, moves] of results)
        say(
          `  ${line(
            name,
            moves.map(({ event, drawn }) => drawn - event),
          )}`,
        );
    } finally {
      await sandbox.dispose();
    }
  }
}

/** Measures the drags of one model, decoded in one way, and adds them to the `results`. */
async function measureWindow(
  window: Window,
  workspace: string,
  model: string,
  way: 'engine' | 'panel',
  count: number,
  results: Map<string, readonly Move[]>,
): Promise<void> {
  await keepWire(window.page, way === 'engine');
  const explorer = await openMap(window);
  const { frame } = explorer;
  const images = await frame.locator('.map-status').innerText();
  const runs = join(workspace, '.vae', 'runs');
  const engine = await engineOf(join(runs, (await readdir(runs))[0]!));
  say(`${model}, decoded by the ${way}; ${engine.name}; ${images.replace(/\s+/g, ' ')}`);
  for (const [name, canvas] of Object.entries(CANVASES)) {
    const drag = name === 'map' ? await overMap(window, explorer) : await onSlider(window, explorer);
    await until('the first picture', async () => {
      await drag();
      return frame.locator(canvas).first().isVisible();
    });
    const probe = await Probe.on(frame, canvas);
    if (way === 'panel') await untilHere(drag, probe);
    for (const pause of [PAUSE, 0]) {
      const moves = await moved(drag, probe, count, pause);
      const how = pause === 0 ? 'each at once after the last picture' : '60 a second at most';
      report(`${name}, ${count} moves, ${how}`, moves);
      results.set(`${name}, ${way}, ${pause === 0 ? 'at once' : '60 a second'}`, moves);
    }
    await probe.end();
    await window.page.mouse.up();
  }
  if (way === 'engine') {
    say('for comparison:');
    const parts = {
      'webview to extension and back': (i: number) => roundTrip(frame, i),
      'the engine alone, map': (i: number) => elapsed(() => engine.look(i)),
      'the engine alone, slider': (i: number) => elapsed(() => engine.decode(i)),
      'weights, from the engine alone': () => elapsed(() => engine.weights()),
    };
    for (const [name, time] of Object.entries(parts)) say(`  ${line(name, await timed(time, count))}`);
  }
  engine.dispose();
}

/** Moves until pictures come without an answer of the host: the panel has the weights. */
async function untilHere(drag: Drag, probe: Probe): Promise<void> {
  await probe.restart();
  let here = 0;
  for (let i = 0; here < WARM_UP; i++) {
    if (i === MAX_FIRST_MOVES) throw new Error(`after ${i} moves the engine still decodes`);
    await drag();
    const { answer } = await probe.next();
    here = Number.isNaN(answer) ? here + 1 : 0;
    await sleep(PAUSE);
  }
}

/** The panel of the only run, with its map. */
async function openMap(window: Window): Promise<Explorer> {
  await window.showRuns();
  await until('the run in the tree', () => window.runs.filter({ hasText: 'finished' }).first().isVisible());
  await window.runs.filter({ hasText: 'finished' }).first().click();
  const explorer = await Explorer.of(window);
  await (await explorer.tab('map')).locator('.map-stage').waitFor();
  return explorer;
}

/** Moves the mouse on: to another place at each call, because one that stays draws nothing. */
type Drag = () => Promise<void>;

/** Moves over the map, beside its legend, in loops that never meet: every place is another. */
async function overMap({ page }: Window, explorer: Explorer): Promise<Drag> {
  await explorer.pane('Here');
  const stage = explorer.frame.locator('.map-stage');
  const box = (await stage.boundingBox())!;
  let i = 0;
  return () => {
    i++;
    return page.mouse.move(
      box.x + box.width * (0.62 + 0.25 * Math.cos(i / 17)),
      box.y + box.height * (0.5 + 0.35 * Math.sin(i / 23)),
    );
  };
}

/** Moves the slider of the first latent dimension to and fro. */
async function onSlider({ page }: Window, explorer: Explorer): Promise<Drag> {
  const tab = await explorer.tab('dimensions');
  const slider = tab.locator('.traversal input[type=range]').first();
  // A model that has hardly trained may have no other dimensions than dead ones, which are folded.
  const folded = tab.locator('.dead-dimensions:not([open]) summary');
  await until('the sliders', async () => {
    if (await folded.isVisible()) await folded.click();
    return slider.isVisible();
  });
  await slider.scrollIntoViewIfNeeded();
  const box = (await slider.boundingBox())!;
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width / 2, y);
  await page.mouse.down();
  let i = 0;
  return () => {
    i++;
    return page.mouse.move(box.x + box.width * (0.1 + 0.8 * Math.abs(((i * 0.037) % 2) - 1)), y);
  };
}

async function moved(drag: Drag, probe: Probe, count: number, pause: number): Promise<Move[]> {
  await probe.restart();
  const moves: Move[] = [];
  for (let i = 0; i < WARM_UP + count; i++) {
    const next = performance.now() + pause;
    await drag();
    moves.push(await probe.next());
    if (pause > 0) await sleep(Math.max(0, next - performance.now()));
  }
  return moves.slice(WARM_UP);
}

function report(title: string, moves: readonly Move[]): void {
  say(`${title}:`);
  const rows = {
    'event to picture': moves.map(({ event, drawn }) => drawn - event),
    'event to the end of the next frame': moves.map(({ event, frame }) => frame - event),
    '  from the event to the answer': moves.map(({ event, answer }) => answer - event),
    '  from the answer to the picture': moves.map(({ answer, drawn }) => drawn - answer),
    'before: from the mouse to the event': moves.map(({ input, event }) => event - input),
  };
  for (const [name, times] of Object.entries(rows))
    if (times.every(Number.isFinite)) say(`  ${line(name, times)}`);
}

function line(name: string, times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (part: number): string =>
    sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))]!.toFixed(1).padStart(6);
  return `${name.padEnd(36)} median ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${at(1)} ms`;
}

async function timed(time: (index: number) => Promise<number>, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < WARM_UP + count; i++) {
    times.push(await time(i));
    await sleep(PAUSE);
  }
  return times.slice(WARM_UP);
}

async function elapsed(ask: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await ask();
  return performance.now() - start;
}

/** The engine that serves the panel, asked without the editor for what the two drags ask. */
async function engineOf(runFolder: string) {
  const connection = await connectToRun(runFolder);
  if (!connection) throw new Error('no engine serves the run');
  const { client } = connection;
  const { engine } = await client.call('status', {});
  const { set } = await client.call('map', {});
  const { key, dimensions } = set!;
  const at = (i: number): readonly [number, number] => [Math.cos(i / 17), Math.sin(i / 23)];
  return {
    name: engine,
    look: (i: number) =>
      client.call('probe', { view: 'bench', nearest: 3, place: { key, x: 'pc:0', y: 'pc:1', at: at(i) } }),
    decode: (i: number) =>
      client.call('decode', { view: 'bench', z: new Float32Array(dimensions).fill(at(i)[0]), count: 1 }),
    weights: () => client.call('decoderWeights', {}),
    dispose: () => client.dispose(),
  };
}
