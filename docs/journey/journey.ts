/**
 * A journey through the extension as a person makes it, in the real VS Code: a folder of colour images is trained on, looked at
 * on the map, along directions, paths and time, compared with another run and exported. Each step leaves a picture.
 */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import type { Locator } from 'playwright-core';
import { ensureEditor } from '../../src/setup/editor.mjs';
import { Explorer } from '../../test/vscode/editor/explorer';
import { openWindow } from '../../test/vscode/editor/open';
import type { Window } from '../../test/vscode/editor/window';
import { Sandbox } from '../../test/vscode/sandbox';
import { until } from '../../test/vscode/waiting/until';
import { Watch } from '../../test/vscode/waiting/watch';
import { writeSprites } from './sprites';

const SPRITES_OF_A_SHAPE = 300;
const SEED = 1;
/** Datapoints after which the training is filmed: the shapes and their colours are half learnt. */
const HALF_LEARNT = 120_000;

/** Images of the path: beside the dataset, because the file explorer draws only the files in view of a long folder. */
const EXAMPLES = ['circle/circle-003.png', 'square/square-004.png', 'star/star-007.png'];

const SETTINGS = {
  'workbench.colorTheme': 'Default Light Modern',
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
};

const STEPS: readonly (readonly [name: string, run: (window: Window) => Promise<void>])[] = [
  ['choose-a-preset', choosePreset],
  ['look-at-the-dataset', lookAtDataset],
  ['train', train],
  ['encode', encode],
  ['map', map],
  ['lasso', lasso],
  ['dimensions', dimensions],
  ['direction', direction],
  ['path', path],
  ['time', time],
  ['compare', compare],
  ['export', exportRun],
];

/** @param root the project's folder @param folder where the pictures go */
export async function film(root: string, folder: string): Promise<void> {
  const editor = await ensureEditor();
  if ('missing' in editor) throw new Error(editor.missing);
  const sandbox = await Sandbox.create();
  try {
    const workspace = await makeWorkspace(sandbox, root);
    const pictures = join(root, 'out', 'journey', 'pictures');
    await rm(pictures, { recursive: true, force: true });
    const restarted = (why: string): void => void process.stdout.write(`${why}\n`);
    const wanted = { trusted: true, workspace, folder: pictures, root, restarted };
    const watch = new Watch();
    const opened = await openWindow(wanted, editor, sandbox, watch);
    try {
      await mkdir(folder, { recursive: true });
      await watch.run(async () => {
        for (const [i, [name, run]] of STEPS.entries()) {
          await run(opened.window);
          const numbered = `${String(i + 1).padStart(2, '0')}-${name}`;
          await opened.window.screenshot(numbered);
          await copyFile(join(pictures, `${numbered}.png`), join(folder, `${numbered}.png`));
          process.stdout.write(`${numbered}.png\n`);
        }
      });
    } catch (error) {
      await opened.window.screenshot('failed');
      process.stdout.write(
        `${(await opened.window.standing()).join('\n')}\n${join(pictures, 'failed.png')}\n`,
      );
      throw error;
    } finally {
      await opened.close();
    }
  } finally {
    await sandbox.dispose();
  }
}

/** The sprites, and a run of another preset to compare with, which was trained before. */
async function makeWorkspace(sandbox: Sandbox, root: string): Promise<string> {
  const workspace = sandbox.make('sprites');
  await writeSprites(join(workspace, 'shapes'), SPRITES_OF_A_SHAPE, SEED);
  await mkdir(join(workspace, 'examples'), { recursive: true });
  for (const path of EXAMPLES)
    await copyFile(join(workspace, 'shapes', path), join(workspace, 'examples', basename(path)));
  await mkdir(join(workspace, '.vscode'), { recursive: true });
  await writeFile(join(workspace, '.vscode', 'settings.json'), JSON.stringify(SETTINGS));
  const vae = join(root, 'dist', 'engine', 'vae.cjs');
  const args = ['train', '--data', 'shapes', '--preset', 'fast', '--set', 'samples=100000'];
  await promisify(execFile)(process.execPath, [vae, ...args], { cwd: workspace, env: sandbox.environment });
  return workspace;
}

async function choosePreset(window: Window): Promise<void> {
  await window.command('VAE: Train');
  await window.pick('shapes');
  await until('the advice', async () =>
    (await window.pickLabels()).some((label) => /^conv \(advised\).* here/s.test(label)),
  );
}

async function lookAtDataset(window: Window): Promise<void> {
  await window.pick('conv');
  for (const answer of ['20 latent', 'Automatic']) {
    const entry = window.page.locator('.quick-input-list .monaco-list-row', { hasText: answer });
    await entry.first().waitFor();
    await window.pick(answer);
  }
  const report = await window.webview('main.dataset');
  await report.locator('.examples canvas').nth(2).waitFor();
}

async function train(window: Window): Promise<void> {
  const report = await window.webview('main.dataset');
  await report.locator('vscode-button', { hasText: 'Train with the Preset' }).click();
  const explorer = await Explorer.of(window);
  await explorer.curve();
  await until('enough samples', async () => (await explorer.samples()) > HALF_LEARNT);
  await explorer.frame.locator('.reconstructions .pair canvas').first().waitFor();
}

async function encode(window: Window): Promise<void> {
  const explorer = await Explorer.of(window);
  await explorer.reaches('Finished');
  await window.contextMenu(await window.file('shapes/star/star-007.png'), 'VAE', 'Encode');
  await explorer.card.filter({ hasText: 'star-007.png' }).waitFor();
  await settled(window);
}

async function map(window: Window): Promise<void> {
  await window.command('View: Close Primary Side Bar');
  const explorer = await Explorer.show(window);
  const stage = await explorer.tab('map');
  await stage.locator('.map-stage').waitFor();
  await stage.getByLabel('Layout', { exact: true }).selectOption('umap');
  await until('the layout', async () => !/UMAP.*%/.test(await stage.innerText()));
  await settled(window);
}

async function lasso(window: Window): Promise<void> {
  const explorer = await Explorer.show(window);
  const stage = await explorer.tab('map');
  await stage.locator('.segment', { hasText: 'Lasso' }).click();
  const box = (await stage.locator('.map-stage').boundingBox())!;
  const at = (angle: number): [number, number] => [
    box.x + box.width * (0.5 + 0.2 * Math.cos(angle)),
    box.y + box.height * (0.5 + 0.25 * Math.sin(angle)),
  ];
  await window.page.mouse.move(...at(0));
  await window.page.mouse.down();
  for (let i = 1; i <= 24; i++) await window.page.mouse.move(...at((2 * Math.PI * i) / 24));
  await window.page.mouse.up();
  await explorer.frame.locator('.map-selection h3', { hasText: 'selected' }).waitFor();
  await stage.locator('.segment', { hasText: 'Move' }).click();
  await settled(window);
}

async function dimensions(window: Window): Promise<void> {
  const explorer = await Explorer.show(window);
  await explorer.pane('Image');
  const stage = await explorer.tab('dimensions');
  await stage.locator('.traversal .frame-strip .frame').first().waitFor();
  await settled(window);
}

async function direction(window: Window): Promise<void> {
  const explorer = await Explorer.show(window);
  const stage = await explorer.tab('directions');
  await stage.getByLabel('From', { exact: true }).selectOption('label:circle');
  await stage.getByLabel('To', { exact: true }).selectOption('label:star');
  await stage.locator('vscode-button', { hasText: 'Make Direction' }).click();
  await stage.locator('.direction-body .frame-strip .frame').first().waitFor();
  await settled(window);
}

async function path(window: Window): Promise<void> {
  await window.command('View: Show Explorer');
  const rows: Locator[] = [];
  for (const path of EXAMPLES) rows.push(await window.file(`examples/${basename(path)}`));
  await rows[0]!.click();
  for (const row of rows.slice(1)) await row.click({ modifiers: ['Control'] });
  await window.contextMenu(rows.at(-1)!, 'VAE', 'Interpolate');
  const view = await window.webview('main.interpolation .picture.big');
  await view.locator('.strip').first().waitFor();
  await toggleRuns(window);
  // The first click on a file opened it, over the page.
  const explorer = await Explorer.show(window);
  await explorer.tab('map');
  await settled(window);
}

/** Closes the list of runs, so that the view below it has its room, and opens it again. */
async function toggleRuns({ page }: Window): Promise<void> {
  await page.locator('.pane-header[aria-label^="Runs"]').click();
}

async function time(window: Window): Promise<void> {
  await window.command('View: Close Primary Side Bar');
  const explorer = await Explorer.show(window);
  await explorer.tab('samples');
  const slider = explorer.frame.locator('section.time').getByLabel('Snapshot');
  await slider.focus();
  for (let i = 0; i < 6; i++) await slider.press('ArrowLeft');
  await settled(window);
}

async function compare(window: Window): Promise<void> {
  await window.showRuns();
  await toggleRuns(window);
  await window.runs.nth(1).waitFor();
  await window.runs.first().click();
  await window.runs.nth(1).click({ modifiers: ['ControlOrMeta'] });
  await window.contextMenu(window.runs.nth(1), 'Compare Runs');
  const view = await window.webview('main.compare');
  await view.locator('.compare-curves canvas').first().waitFor();
  await settled(window);
}

async function exportRun(window: Window): Promise<void> {
  // Of one run: both are still selected.
  await window.runs.first().click();
  await settled(window);
  await window.contextMenu(window.runs.first(), 'Export Run…');
  // What can be exported, once the question is there.
  await window.pickLabels();
  await settled(window);
}

/** Until the window looks the same for a while. */
async function settled({ page }: Window): Promise<void> {
  let before = '';
  let since = performance.now();
  await until('a window that stands still', async () => {
    const now = (await page.screenshot()).toString('base64');
    if (now !== before) since = performance.now();
    before = now;
    return performance.now() - since > 1500;
  });
}
