/** The page that a run is exported as, in a browser without a network. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Covariance, project } from '../../src/latent/pca';
import { meansToBytes } from '../../src/domain/pictures';
import type { TrainedRun } from '../../src/export/trained-run';
import { PAGE_ALIGNMENT } from '../../src/protocol/web-page';
import type { PageFacts } from '../../src/protocol/web-page';
import { changeAbout } from '../../src/runs/about';
import { writeLatents } from '../../src/runs/latents';
import { setTag } from '../../src/runs/tags';
import { useFolder } from '../host/support';
import { chromiumPath } from '../panel/browser.mjs';
import { atRest } from '../panel/movement.mjs';
import { cpuEngine } from '../support/engines';
import { eventually } from '../support/eventually';
import { once } from '../support/once';
import { PageBrowser, pageTemplate } from './page-browser';
import type { OpenedPage } from './page-browser';
import { HOSTILE, PAGE_MODELS, pageOf, pageRun } from './page-run';
import { wave } from './support';

const folder = useFolder();
const template = once(pageTemplate);
const MAX_PAGE_BYTES = 3_000_000;

/** Reads the data of a page as its format says. */
function dataOf(html: string): { facts: PageFacts; floats: (name: string) => Float32Array } {
  const [, text] = /<script type="application\/octet-stream" id="data">([^<]*)<\/script>/.exec(html)!;
  const bytes = inflateSync(Buffer.from(text!, 'base64'));
  const length = bytes.readUInt32LE(0);
  const facts = JSON.parse(bytes.toString('utf8', 4, 4 + length)) as PageFacts;
  const start = Math.ceil((4 + length) / PAGE_ALIGNMENT) * PAGE_ALIGNMENT;
  const floats = (name: string): Float32Array => {
    const { at, length: count } = facts.arrays[name]!;
    return new Float32Array(Uint8Array.from(bytes.subarray(start + at, start + at + 4 * count)).buffer);
  };
  return { facts, floats };
}

/** What the reference engine decodes, in bytes. */
async function decoded({ config, parameters }: TrainedRun, z: Float32Array): Promise<Uint8Array> {
  const session = await (await cpuEngine()).open(config.model, null, null);
  await session.load({ step: 0, parameters, slots: {} });
  const means = await session.decode(z, 1);
  session.dispose();
  return meansToBytes(means);
}

/** The grey values on a canvas. */
const pixels = (canvas: Locator): Promise<number[]> =>
  canvas.evaluate((node: HTMLCanvasElementLike) => {
    const { data } = node.getContext('2d').getImageData(0, 0, node.width, node.height);
    return Array.from(data).filter((_, i) => i % 4 === 0);
  });
interface HTMLCanvasElementLike {
  readonly width: number;
  readonly height: number;
  getContext(kind: '2d'): {
    getImageData(x: number, y: number, w: number, h: number): { readonly data: Uint8ClampedArray };
  };
}

/** Waits until a canvas shows a picture, but for rounding. @param tolerance in grey values */
const expectPicture = (canvas: Locator, picture: Uint8Array, tolerance = 1): Promise<void> =>
  eventually(async () => {
    const got = await pixels(canvas);
    return got.length === picture.length
      ? picture.reduce((most, value, i) => Math.max(most, Math.abs(value - got[i]!)), 0)
      : Infinity;
  }).toBeLessThanOrEqual(tolerance);

/** The point that the pane says it has decoded, to two decimals. */
async function placeOf(page: Page): Promise<Float32Array> {
  const explanation = page.locator('.here-explanation');
  await explanation.waitFor();
  await atRest(page);
  const place = (await explanation.getAttribute('title'))!;
  return Float32Array.from(place.split(', '), (text) => Number(text.split(' ')[1]!.replace('\u2212', '-')));
}

const toTab = (page: Page, name: string): Promise<void> =>
  page.getByRole('tab', { name, exact: true }).click();

describe('the file', () => {
  test('holds nothing of what others wrote but base64, and allows only its own script and styles', async () => {
    const run = await pageRun(join(folder.path(), 'run'), PAGE_MODELS.perceptron);
    await changeAbout(run.folder, () => ({ name: HOSTILE[0]!, notes: HOSTILE[2]!, tags: ['<b>'] }));
    await setTag(run.folder, HOSTILE[1]!, [
      dataOf((await pageOf(run, await template(), { images: 'none', fileNames: true })).html).facts.map!
        .ids[0]!,
    ]);
    const { html } = await pageOf(run, await template(), { images: 'none', fileNames: true });
    const { facts } = dataOf(html);
    expect(facts.run.name).toBe(HOSTILE[0]);
    expect(facts.map!.labelNames).toEqual(HOSTILE);
    expect(facts.map!.tags).toEqual([{ name: HOSTILE[1], ids: [facts.map!.ids[0]] }]);
    const [head, tail] = (await template()).split('{{data}}');
    expect(html.startsWith(head!) && html.endsWith(tail!)).toBe(true);
    expect(html.slice(head!.length, -tail!.length)).toMatch(/^[\w+/]+=*$/);
    expect(html).not.toContain('window.hacked');
    // Nothing of this machine.
    expect(JSON.stringify(facts)).not.toContain(folder.path());
    const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)!;
    const [, script] = /<script>([\s\S]*)<\/script>\n<\/body>/.exec(html)!;
    const hash = createHash('sha256').update(script!).digest('base64');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`script-src 'sha256-${hash}' 'wasm-unsafe-eval';`);
    expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|http|\*/);
  });

  test('is of at most 3 MB besides weights and pictures, also of a large dataset', async () => {
    const run = await pageRun(join(folder.path(), 'run'), { ...PAGE_MODELS.perceptron, latent: 50 });
    const count = 30_000;
    await writeLatents(run.folder, {
      ...{ step: run.step, fingerprint: run.config.data.fingerprint, dimensions: 50 },
      ids: Array.from({ length: count }, (_, i) => `folder-${i % 7}/a long name of an image ${i}.png`),
      labels: { names: HOSTILE, values: Int32Array.from({ length: count }, (_, i) => i % 10) },
      splits: new Uint8Array(count),
      mean: wave(count * 50, 1),
      logVariance: wave(count * 50, 2),
      elbo: wave(count, 3),
    });
    const { html, notes } = await pageOf(run, await template(), { images: 'none', fileNames: true });
    const { facts } = dataOf(html);
    expect(facts.map).toMatchObject({ count: 5000, total: 30_000 });
    expect(notes[0]).toBe('The map has 5,000 of 30,000 images, spread evenly over the dataset.');
    expect(facts.map!.ids[1]).toBe('folder-6/a long name of an image 6.png');
    expect(html.length).toBeLessThan(MAX_PAGE_BYTES);
    expect(html.length).toBeGreaterThan(1_000_000);
  });

  test.each([
    { images: 'none', fileNames: false, pictured: 0, says: 'no pictures of images, no names of files' },
    {
      images: 'all',
      fileNames: true,
      pictured: 300,
      says: 'pictures of 300 images of 28 × 28, names of files',
    },
  ] as const)('says what it holds: $images', async ({ images, fileNames, pictured, says }) => {
    const run = await pageRun(join(folder.path(), 'run'), PAGE_MODELS.perceptron);
    const { html, notes } = await pageOf(run, await template(), { images, fileNames });
    const { facts } = dataOf(html);
    expect(notes.at(-1)).toContain(
      `the decoder's weights, curve and settings, the places of 300 images, labels (10 names), ${says}`,
    );
    expect(facts.arrays['pictured']?.length ?? 0).toBe(pictured);
    expect(facts.map!.ids[2]).toBe(fileNames ? 'digits#2' : 'image 3');
  });
});

describe.skipIf(chromiumPath === null)('in a browser without a network', () => {
  let browser: PageBrowser;
  beforeAll(async () => {
    browser = await PageBrowser.launch();
  });
  afterAll(() => browser?.close());

  const open = async (
    run: TrainedRun,
    choice?: Parameters<typeof pageOf>[2],
    options?: Parameters<PageBrowser['open']>[2],
    script?: string,
  ): Promise<OpenedPage & { readonly html: string }> => {
    const { html } = await pageOf(run, await template(), choice);
    const opened = await browser.open(folder.path(), html, options, script);
    await opened.page.locator('.web-page').waitFor();
    return { ...opened, html };
  };
  /** Nothing was loaded, nothing failed, and nothing that others wrote has run. */
  const expectQuiet = async ({ page, requests, errors }: OpenedPage): Promise<void> => {
    await atRest(page);
    expect({ requests, errors }).toEqual({ requests: [], errors: [] });
    await eventually(() => page.evaluate('[violations, typeof hacked]')).toEqual([[], 'undefined']);
  };

  test.each(Object.entries(PAGE_MODELS))(
    '%s: sliders and the mouse decode as the engine does',
    async (_, model) => {
      const run = await pageRun(join(folder.path(), 'run'), model);
      const opened = await open(run);
      const { page } = opened;
      // The map is drawn: points of several colours.
      const stage = page.locator('.map-stage');
      await stage.waitFor();
      await eventually(
        async () => new Set(await pixels(page.locator('.map-stage canvas:not(.map-ground)').first())).size,
      ).toBeGreaterThan(5);
      // Hovering decodes; the pane says at which point, to two decimals.
      const box = (await stage.boundingBox())!;
      await page.mouse.move(box.x + 0.52 * box.width, box.y + 0.55 * box.height);
      const z = await placeOf(page);
      expect(z).toHaveLength(3);
      await expectPicture(page.locator('.here-body canvas'), await decoded(run, z), 4);
      // A slider, by the keyboard and by its value.
      await toTab(page, 'Dimensions');
      const slider = page.getByRole('slider', { name: 'Dimension 1, z' });
      const big = page.locator('.stage-box .big');
      await page.getByLabel('Around').selectOption('origin');
      await expectPicture(big, await decoded(run, Float32Array.of(0, 0, 0)));
      await slider.fill('1.5');
      await expectPicture(big, await decoded(run, Float32Array.of(0, 1.5, 0)));
      await slider.focus();
      await page.keyboard.press('ArrowRight');
      await expectPicture(big, await decoded(run, Float32Array.of(0, Math.fround(1.51), 0)));
      expect(await decoded(run, Float32Array.of(0, 1.5, 0))).not.toEqual(
        await decoded(run, Float32Array.of(0, 0, 0)),
      );
      await expectQuiet(opened);
    },
  );

  test('the keyboard goes from point to point, opens a card, and goes round the regions', async () => {
    const run = await pageRun(join(folder.path(), 'run'), PAGE_MODELS.perceptron);
    const opened = await open(run);
    const { page, html } = opened;
    const { facts, floats } = dataOf(html);
    await page.locator('.map-stage').focus();
    for (const key of ['ArrowRight', 'ArrowUp']) await page.keyboard.press(key);
    const here = await placeOf(page);
    await page.keyboard.press('Enter');
    const card = page.locator('.card');
    await card.waitFor();
    const id = (await card.getAttribute('aria-label'))!;
    const index = facts.map!.ids.indexOf(id);
    expect(index).toBeGreaterThanOrEqual(0);
    // The place of the point is that of the plane with the image's principal components.
    const covariance = new Covariance(3);
    covariance.add(floats('mean'));
    for (const k of [0, 1]) {
      const [own, decodedAt] = [floats('mean').slice(3 * index, 3 * index + 3), here].map(
        (z) => project(covariance.components(), z, k)[0]!,
      );
      expect(Math.abs(own! - decodedAt!)).toBeLessThan(0.03);
      expect(Math.abs(own!)).toBeGreaterThan(0.03);
    }
    // Its own picture is in the page, and its reconstruction is the decoded mean.
    const mean = floats('mean').slice(3 * index, 3 * index + 3);
    await expectPicture(card.locator('.reconstruction'), await decoded(run, mean));
    await eventually(() => card.getByText('original').count()).toBe(1);
    await page.getByRole('button', { name: 'Path From Here' }).click();
    await eventually(() => page.locator('.page-ends').innerText()).toContain(`From: ${id}`);
    await expectPicture(page.locator('.page-point canvas'), await decoded(run, mean));
    const toId = (await page.locator('.page-ends .link').nth(1).innerText()).trim();
    const to = facts.map!.ids.indexOf(toId);
    await page.getByLabel('Place on the path, t').fill('1');
    await expectPicture(
      page.locator('.page-point canvas'),
      await decoded(run, floats('mean').slice(3 * to, 3 * to + 3)),
    );
    for (const region of ['inspector', 'run-header', 'stage']) {
      await page.keyboard.press('F6');
      await eventually(() => page.evaluate('document.activeElement.className')).toContain(region);
    }
    await expectQuiet(opened);
  });

  test('pictures and films are kept as downloads', async () => {
    const run = await pageRun(join(folder.path(), 'run'), PAGE_MODELS.perceptron);
    const opened = await open(run);
    const { page } = opened;
    await toTab(page, 'Dimensions');
    await page.locator('.traversal .frame').first().waitFor();
    for (const [label, name, start] of [
      ['Save as PNG…', /^traversals\.png$/, /^\x89PNG/],
      // A video where the browser encodes one.
      ['Save Film…', /^traversals\.(mp4|webm|gif)$/, /^(....ftyp|\x1aE\xdf\xa3|GIF89a)/s],
    ] as const) {
      const downloading = page.waitForEvent('download');
      await page.locator('vscode-button:not([disabled])', { hasText: label }).click();
      const download = await downloading;
      expect(download.suggestedFilename()).toMatch(name);
      const bytes = await readFile(await download.path());
      expect(bytes.toString('latin1', 0, 8)).toMatch(start);
    }
    expect(opened.errors).toEqual([]);
  });

  test('a line on the map is a path', async () => {
    const run = await pageRun(join(folder.path(), 'run'), PAGE_MODELS.perceptron);
    const opened = await open(run);
    const { page } = opened;
    await page.getByRole('button', { name: 'Line' }).click();
    const box = (await page.locator('.map-stage').boundingBox())!;
    await page.mouse.move(box.x + 0.3 * box.width, box.y + 0.5 * box.height);
    await page.mouse.down();
    await page.mouse.move(box.x + 0.7 * box.width, box.y + 0.6 * box.height, { steps: 5 });
    await page.mouse.up();
    await page.getByText('Under a line on the map.').waitFor();
    await page.locator('.page-point canvas').waitFor();
    const before = await pixels(page.locator('.page-point canvas'));
    await page.getByLabel('Place on the path, t').fill('1');
    await eventually(() => pixels(page.locator('.page-point canvas'))).not.toEqual(before);
    await expectQuiet(opened);
  });

  test('what others wrote is shown as text, and no script comes in', async () => {
    const run = await pageRun(join(folder.path(), 'run'), PAGE_MODELS.perceptron);
    await changeAbout(run.folder, () => ({
      name: HOSTILE[0]!,
      notes: HOSTILE.join('\n'),
      tags: ['<i>tag</i>'],
    }));
    const opened = await open(run);
    const { page } = opened;
    await eventually(() => page.locator('h1').innerText()).toBe(HOSTILE[0]);
    await eventually(() => page.title()).toContain('</script>');
    await eventually(() => page.locator('.map-category-name').allInnerTexts()).toContain(HOSTILE[1]);
    await toTab(page, 'Facts');
    await eventually(() => page.locator('.page-facts').innerText()).toContain('<i>tag</i>');
    await eventually(() => page.locator('.page-facts b, .page-facts i, .page-facts img, base').count()).toBe(
      0,
    );
    await expectQuiet(opened);
    // As if something had come in all the same.
    const tried = await page.evaluate(`(async () => {
      const script = document.createElement('script');
      script.textContent = 'window.hacked = 1';
      document.body.append(script);
      const image = new Image();
      const loaded = await new Promise((done) => {
        image.onload = () => done('loaded');
        image.onerror = () => done('refused');
        image.src = 'data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=';
      });
      const asked = await fetch('https://a.invalid').then(() => 'asked', () => 'refused');
      return [typeof hacked, loaded, asked];
    })()`);
    expect(tried).toEqual(['undefined', 'refused', 'refused']);
    await eventually(() => page.evaluate("violations.map((text) => text.split(' ')[0]).sort()")).toEqual([
      ...['connect-src', 'img-src', 'script-src-elem'],
    ]);
  });

  test('without pictures the map has points alone, and says so', async () => {
    const run = await pageRun(join(folder.path(), 'run'), PAGE_MODELS.perceptron);
    const opened = await open(run, { images: 'none', fileNames: false });
    const { page } = opened;
    await page.locator('.map-stage').focus();
    for (const key of ['ArrowRight', 'Enter']) await page.keyboard.press(key);
    await page.getByText('The page does not hold the picture of this image.').waitFor();
    await page.locator('.map-menu .popover-button').click();
    await page.getByText('Density contours').waitFor();
    await eventually(() => page.getByText('Thumbnails').count()).toBe(0);
    await toTab(page, 'Facts');
    await eventually(() => page.locator('.page-held').innerText()).toContain('No pictures of images');
    await expectQuiet(opened);
  });

  test.each([
    [
      'a decoder that is too large',
      '',
      /The decoder takes [\d,]+ bytes, and a page holds one of up to 33,554,432\./,
    ],
    [
      'a browser without WebAssembly',
      'WebAssembly.validate = () => false;',
      /The browser refuses: .*WebAssembly/,
    ],
  ])('%s: the page says so, has no dead control, and shows the rest', async (what, script, reason) => {
    const large = { ...PAGE_MODELS.perceptron, decoderHidden: [11_000] };
    const run = await pageRun(join(folder.path(), 'run'), script === '' ? large : PAGE_MODELS.perceptron);
    const opened = await open(run, undefined, {}, script);
    const { page, html } = opened;
    await eventually(() => page.locator('.inspector').innerText()).toMatch(reason);
    await eventually(() => page.getByRole('button', { name: 'Line' }).count()).toBe(0);
    for (const tab of ['Dimensions', 'Path']) {
      await toTab(page, tab);
      await eventually(() => page.locator('.stage').innerText()).toMatch(reason);
      await eventually(() =>
        page.locator('.stage').locator('input, button, select, vscode-button').count(),
      ).toBe(0);
    }
    await toTab(page, 'Map');
    await page.locator('.map-stage').focus();
    for (const key of ['ArrowRight', 'Enter']) await page.keyboard.press(key);
    await page.locator('.card').waitFor();
    await eventually(() => page.getByRole('button', { name: 'Path From Here' }).count()).toBe(0);
    if (script === '') expect(Object.keys(dataOf(html).facts.arrays).join()).not.toContain('parameter');
    expect(opened.errors, what).toEqual([]);
  });

  test('colours follow the browser: light, dark, and those that are forced', async () => {
    const run = await pageRun(join(folder.path(), 'run'), PAGE_MODELS.perceptron);
    const look = async (options: Parameters<PageBrowser['open']>[2]): Promise<unknown> => {
      const { page } = await open(run, undefined, options);
      await page.locator('.map-stage').waitFor();
      const seen = await page.evaluate(
        '[getComputedStyle(document.body).backgroundColor, document.body.className]',
      );
      await page.close();
      return seen;
    };
    expect(await look({ colorScheme: 'dark' })).toEqual(['rgb(31, 31, 31)', 'vscode-dark']);
    expect(await look({ colorScheme: 'light' })).toEqual(['rgb(255, 255, 255)', 'vscode-light']);
    expect(await look({ colorScheme: 'dark', forcedColors: 'active' })).toEqual([
      'rgb(0, 0, 0)',
      'vscode-high-contrast',
    ]);
    expect(await look({ colorScheme: 'light', forcedColors: 'active' })).toEqual([
      'rgb(255, 255, 255)',
      'vscode-high-contrast-light',
    ]);
  });

  test('a narrow page scrolls nowhere sideways, and everything is in reach', async () => {
    const run = await pageRun(join(folder.path(), 'run'), PAGE_MODELS.perceptron);
    const opened = await open(run, undefined, { viewport: { width: 360, height: 740 } });
    const { page } = opened;
    for (const tab of ['Map', 'Dimensions', 'Path', 'Training', 'Facts']) {
      await page.getByLabel('View', { exact: true }).selectOption({ label: tab });
      await atRest(page);
      await eventually(() => page.evaluate('document.documentElement.scrollWidth'), tab).toBe(360);
      await eventually(() => page.evaluate("document.querySelector('.stage').scrollWidth"), tab).toBe(360);
    }
    await page.getByRole('button', { name: 'Inspector' }).click();
    await page.locator('.inspector.sheet').waitFor();
    await page.keyboard.press('Escape');
    await eventually(() => page.locator('.inspector.sheet').count()).toBe(0);
    await expectQuiet(opened);
  });

  test('a damaged page says so', async () => {
    const run = await pageRun(join(folder.path(), 'run'), PAGE_MODELS.perceptron);
    const { html } = await pageOf(run, await template());
    const [head, tail] = (await template()).split('{{data}}');
    const text = html.slice(head!.length, -tail!.length);
    for (const damaged of ['', text.slice(0, 4000), 'AAAA']) {
      const { page } = await browser.open(folder.path(), `${head}${damaged}${tail}`);
      await eventually(() => page.locator('#app').innerText()).toMatch(/^The page cannot be shown: /);
      await page.close();
    }
  });
});
