import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Frame, Locator } from 'playwright-core';
import { digitImage } from '../../../src/datasets/digits/digits';
import { Explorer } from '../editor/explorer';
import type { Window } from '../editor/window';
import { becomes, patience, until } from '../waiting/until';
import type { Context, Story } from './context';

/** As the sandbox names its pictures. */
const pathOf = (image: number): string => `pictures/${image % 10}/${image}.png`;
const cardName = (explorer: Explorer): Promise<string> => explorer.card.locator('h3').innerText();

/** The first byte of each pixel on a canvas. */
const greys = (frame: Frame, selector: string): Promise<number[]> =>
  frame
    .locator(selector)
    .first()
    .evaluate(
      (canvas: {
        readonly width: number;
        readonly height: number;
        getContext(kind: '2d'): {
          getImageData(x: number, y: number, w: number, h: number): { readonly data: Uint8ClampedArray };
        };
      }) => {
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        return Array.from(data.filter((_, i) => i % 4 === 0));
      },
    );

/** The image of the card is the file of that number, pixel by pixel. */
export async function showsFile(explorer: Explorer, image: number): Promise<void> {
  await until(`the card of ${image}.png`, async () => (await cardName(explorer)) === `${image}.png`);
  await becomes(() => greys(explorer.frame, '#inspector .card-pictures canvas'), [...digitImage(7, image)]);
}

interface PointUnderMouse {
  /** Number of its image. */
  readonly image: number;
  /** In the window's pixels. */
  readonly place: readonly [number, number];
}

/** Clicks some point of the map, and sees its card: what comes above the map later moves it away under the mouse. */
export function clickPoint(context: Context, explorer: Explorer): Promise<PointUnderMouse> {
  return until('the card of a point that is clicked', async (attempt) => {
    const point = await hoverPoint(context, explorer.frame);
    await context.window.page.mouse.click(...point.place);
    const card = explorer.card.locator('h3', { hasText: new RegExp(`^${point.image}\\.png$`) });
    const shown = card.waitFor({ timeout: patience(attempt) });
    return shown.then(
      () => point,
      () => null,
    );
  });
}

/** Puts the mouse on some point of the map. */
export function hoverPoint({ window }: Context, frame: Frame): Promise<PointUnderMouse> {
  return until('a point under the mouse', async () => {
    const box = (await frame.locator('.map-stage').boundingBox())!;
    for (let y = 0.15; y < 0.9; y += 0.05) {
      for (let x = 0.15; x < 0.85; x += 0.05) {
        const place = [box.x + x * box.width, box.y + y * box.height] as const;
        await window.page.mouse.move(...place);
        const tip = frame.locator('.map-tip:not([hidden]) .map-tip-name');
        if ((await tip.count()) === 0) continue;
        return { image: Number(/(\d+)\.png$/.exec(await tip.innerText())![1]), place };
      }
    }
    return null;
  });
}

/** From a file to its place on the map, and from a point to its file. */
export const mapStory: Story = {
  name: 'map: from a file to its point and from a point to its file, selected, tagged, decoded, and there after a reload',
  runs: ['pictures'],
  steps: [
    {
      name: 'map: Show on Map makes the map of a run that was trained on the folder and shows the card of the file',
      async run({ window }) {
        await window.showRuns();
        const run = window.runs.filter({ hasText: 'pictures' }).filter({ hasText: 'finished' }).first();
        await until('the run in the tree', async () => run.isVisible());
        await run.click();
        await window.command('View: Show Explorer');
        await window.contextMenu(await window.file(pathOf(13)), 'VAE', 'Show on Map');
        const explorer = await Explorer.of(window);
        const { frame } = explorer;
        await explorer.card.waitFor();
        await showsFile(explorer, 13);
        const status = frame.locator('.map-status');
        await becomes(() => status.innerText(), /300 images at step/);
        await becomes(() => frame.locator('.map-legend [data-key]').count(), 10);
        await window.screenshot('map');
        return status.innerText();
      },
    },
    {
      name: 'map: a point that is clicked shows the card of its file, a double click opens the file',
      async run(context) {
        const { window } = context;
        const explorer = await Explorer.of(window);
        const { frame } = explorer;
        const { image } = await clickPoint(context, explorer);
        await showsFile(explorer, image);
        await window.screenshot('map-card');
        return until('the file of a point that is double-clicked', async (attempt) => {
          const point = await hoverPoint(context, frame);
          await window.page.mouse.dblclick(...point.place);
          const tab = window.page.locator('.tab', { hasText: `${point.image}.png` }).first();
          await tab.waitFor({ timeout: patience(attempt) });
          return pathOf(point.image);
        });
      },
    },
    {
      name: 'map: what was looked at is there again after the panel was hidden',
      async run({ window }) {
        const explorer = await Explorer.show(window);
        const { frame } = explorer;
        await explorer.card.waitFor();
        const name = await cardName(explorer);
        const toggle = frame.locator('.map-legend [data-key="label:3"]');
        if ((await toggle.getAttribute('aria-pressed')) === 'true') await toggle.click();
        await frame.locator('.map-stage').focus();
        for (const key of ['+', '+', 'Shift+ArrowLeft']) await window.page.keyboard.press(key);
        const seen = await until('no image of the hidden label in view', async () => {
          const text = await inView(frame);
          return /^3\//m.test(text) ? null : text;
        });
        await window.command('Help: Welcome');
        await until('the panel to be gone', () => frame.isDetached());
        const after = await Explorer.show(window);
        await after.card.waitFor();
        await becomes(() => cardName(after), name);
        await until('the same images in view', async () => (await inView(after.frame)) === seen);
      },
    },
    {
      name: 'map: what is drawn around is selected; a tag keeps it beside the run, and Reveal goes to its file',
      async run({ window, workspace }) {
        const explorer = await Explorer.show(window);
        const { frame } = explorer;
        await explorer.pane('Selection');
        const stage = frame.locator('.map-stage');
        await frame.locator('.map-all').click();
        await stage.focus();
        await stage.press('0');
        await window.page.keyboard.down('Shift');
        await drag(window, stage, [0.01, 0.01], [0.99, 0.99]);
        await window.page.keyboard.up('Shift');
        const title = frame.locator('.map-selection h3');
        await until('all to be selected', async () => (await title.innerText()) === '300 images selected');
        await frame.locator('.map-selection vscode-button:not([disabled])', { hasText: 'Tag' }).click();
        const input = window.page.locator('.quick-input-widget input.input');
        await input.waitFor();
        await input.fill('all of them');
        await input.press('Enter');
        await frame.locator('.map-tags li', { hasText: 'all of them' }).waitFor();
        const runs = join(workspace, '.vae', 'runs');
        const files = await Promise.all(
          (await readdir(runs)).map((run) => readFile(join(runs, run, 'tags.json'), 'utf8').catch(() => '')),
        );
        const { tags } = JSON.parse(files.find((text) => text !== '')!) as {
          tags: { name: string; ids: string[] }[];
        };
        assert.equal(tags[0]!.name, 'all of them');
        assert.equal(new Set(tags[0]!.ids).size, 300);
        assert(tags[0]!.ids.includes('3/13.png'));
        await frame.locator('.map-selection vscode-button:not([disabled])', { hasText: 'Reveal' }).click();
        await window.page.locator('.explorer-folders-view .monaco-list-row.selected').first().waitFor();
        await window.screenshot('map-selection');
      },
    },
    {
      name: 'map: the place under the mouse is decoded, and a line is a path with the nearest image of each frame',
      async run({ window }) {
        const explorer = await Explorer.show(window);
        const { frame } = explorer;
        const stage = frame.locator('.map-stage');
        const here = await explorer.pane('Here');
        await hoverAt(stage, [0.4, 0.5]);
        await here.locator('.near-image canvas').first().waitFor();
        await becomes(
          () => here.innerText(),
          /PC 1 across, PC 2 up; the other component at the mean of all images/,
        );
        await window.screenshot('map-probe');
        await frame.locator('.segment', { hasText: 'Line' }).click();
        // Beside the legend, which floats on the map.
        await drag(window, stage, [0.5, 0.5], [0.85, 0.5]);
        const view = await window.webview('main.interpolation .picture.big');
        await until('the two points of the line', async () =>
          (await view.locator('.waypoint-name').allInnerTexts()).includes('Point 1'),
        );
        await becomes(
          () => view.locator('.waypoints-box').innerText(),
          /Under a line on the map: PC 1 across/,
        );
        await becomes(() => view.locator('.strip[data-kind=linear] .near canvas').count(), 11);
        await window.screenshot('map-line');
        await frame.locator('.segment', { hasText: 'Move' }).click();
      },
    },
    {
      name: 'map: after a reload it opens from the run folder',
      async run({ window }) {
        await window.reload('vae.explorer');
        const { frame } = await Explorer.show(window);
        await frame.locator('.map-stage').waitFor();
        await becomes(() => frame.locator('.map-status').innerText(), /300 images at step 200/);
        await until('images in view', async () => (await inView(frame)) !== '');
      },
    },
  ],
};

/** A place on an element, as parts of its width and height. */
type Part = readonly [number, number];

/** Puts the mouse there, once the element stands still. */
async function hoverAt(target: Locator, [x, y]: Part): Promise<void> {
  const { width, height } = (await target.boundingBox())!;
  await target.hover({ position: { x: x * width, y: y * height } });
}

async function drag({ page }: Window, target: Locator, from: Part, to: Part): Promise<void> {
  await hoverAt(target, from);
  await page.mouse.down();
  await hoverAt(target, to);
  await page.mouse.up();
}

/** The table of the images in view, opened for it and written anew. */
async function inView(frame: Frame): Promise<string> {
  const table = frame.locator('.map-table-panel');
  if ((await table.count()) === 0) {
    await frame.getByLabel('More of the map').click();
    const box = frame.locator('vscode-checkbox', { hasText: 'Images in view as a table' });
    // It may be on already, with the table on its way.
    if ((await box.getAttribute('aria-checked')) !== 'true') await box.click();
    await frame.page().keyboard.press('Escape');
  }
  // A movement is told by a timer of the page a moment after its end: one that is set now, and later, comes after it.
  await frame.evaluate('new Promise((resolve) => setTimeout(resolve, 400))');
  const rows = frame.locator('.map-table tbody');
  await rows.locator('tr').first().waitFor();
  return rows.innerText();
}
