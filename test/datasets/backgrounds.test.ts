import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../src/datasets/dataset';
import { loadDataset, loadImage } from '../../src/datasets/load';
import type { ReadingChoice } from '../../src/domain/reading';
import { greyPng, rawPng, temporaryFolder, writeFiles } from './fixtures';

type Rgba = readonly [red: number, green: number, blue: number, alpha: number];

/** A drawing whose left half has one colour, and whose right half is transparent. */
function icon(colour: Rgba, behind: Rgba = [0, 0, 0, 0], bitDepth: 8 | 16 = 8): Uint8Array {
  const pixel = (rgba: Rgba) => rgba.flatMap((value) => (bitDepth === 8 ? [value] : [value, value]));
  const line = [0, ...Array.from({ length: 8 }, (_, x) => pixel(x < 4 ? colour : behind)).flat()];
  const lines = Uint8Array.from(Array.from({ length: 8 }, () => line).flat());
  return rawPng({ width: 8, height: 8, bitDepth, colourType: 6, lines });
}

async function load(files: Readonly<Record<string, Uint8Array>>, reading: ReadingChoice = {}, options = {}) {
  const folder = await temporaryFolder();
  await writeFiles(folder, files);
  return loadDataset({ kind: 'folder', uri: pathToFileURL(folder).href, ...reading }, options);
}

const background = ({ source }: Dataset) => (source as ReadingChoice).background;
const texts = ({ notes }: Dataset) =>
  notes.filter(({ subject }) => subject === 'background').map(({ level, text }) => `${level}: ${text}`);
/** The first row of an image. */
const row = (dataset: Dataset, image: number) => [
  ...dataset.images.gather([image]).subarray(0, 8 * dataset.shape.channels),
];

const DARK: Rgba = [20, 20, 20, 255];
const LIGHT: Rgba = [240, 240, 240, 255];

describe('the background of transparent images', () => {
  it('is white below dark drawings', async () => {
    const dataset = await load({
      'a.png': icon(DARK),
      'b.png': icon([60, 60, 60, 255]),
      'c.png': icon(LIGHT),
    });
    expect(row(dataset, 0)).toEqual([20, 20, 20, 20, 255, 255, 255, 255]);
    expect(background(dataset)).toBe('white');
    expect(texts(dataset)).toEqual([
      'info: all images are transparent in places, and are put on white, since what they show is dark; data.background changes this',
    ]);
  });

  it.each([8, 16] as const)('is black below light drawings of %d bits', async (bits) => {
    const files = {
      'a.png': icon(LIGHT, undefined, bits),
      'b.png': icon(DARK),
      'c.png': icon([230, 230, 230, 255]),
      'd.png': greyPng(8, 9),
    };
    const dataset = await load(files);
    expect(row(dataset, 0)).toEqual([240, 240, 240, 240, 0, 0, 0, 0]);
    expect(row(dataset, 3)[7]).toBe(9);
    expect(background(dataset)).toBe('black');
    expect(texts(dataset)[0]).toMatch(
      /^info: 3 of 4 images are .* put on black, since what they show is light/,
    );
    // Colours below an opacity of 0 do not count, and half an opacity counts half.
    const hidden = await load({ 'a.png': icon(LIGHT, [0, 0, 0, 0]), 'b.png': icon(LIGHT, [0, 0, 0, 100]) });
    expect(background(hidden)).toBe('black');
    expect(row(hidden, 1)).toEqual([240, 240, 240, 240, 0, 0, 0, 0]);
  });

  it('can be chosen, and is that of single files', async () => {
    const files = { 'a.png': icon(LIGHT), 'b.png': icon([128, 128, 128, 128]) };
    const white = await load(files, { background: 'white' });
    expect(row(white, 0)).toEqual([240, 240, 240, 240, 255, 255, 255, 255]);
    expect(texts(white)[0]).toMatch(/put on white, as chosen/);
    const red = await load(files, { background: '#ff0010' });
    expect(red.shape.channels).toBe(3);
    expect(row(red, 0).slice(-3)).toEqual([255, 0, 16]);
    const folder = await temporaryFolder();
    await writeFiles(folder, files);
    const shape = { width: 8, height: 8, channels: 1 } as const;
    const single = await loadImage(join(folder, 'a.png'), shape, { background: 'black' });
    expect([...single.subarray(0, 8)]).toEqual([240, 240, 240, 240, 0, 0, 0, 0]);
  });

  it('is not said, nor kept, where nothing is transparent', async () => {
    const dataset = await load({ 'a.png': greyPng(8, 3), 'b.png': icon(LIGHT, DARK) });
    expect(background(dataset)).toBeUndefined();
    expect(texts(dataset)).toEqual([]);
  });

  it('is white by the rules 1', async () => {
    const dataset = await load({ 'a.png': icon(LIGHT), 'b.png': icon(LIGHT) }, { rules: 1 });
    expect(row(dataset, 0)).toEqual([240, 240, 240, 240, 255, 255, 255, 255]);
    expect(background(dataset)).toBeUndefined();
  });

  it('is given again by the source that was found, also from the cache', async () => {
    const files = { 'a.png': icon(LIGHT), 'b.png': icon(LIGHT) };
    const first = await load(files);
    const folder = await temporaryFolder();
    await writeFiles(folder, files);
    const again = await loadDataset({
      ...first.source,
      uri: pathToFileURL(folder).href,
    } as Dataset['source']);
    expect(again.fingerprint).toBe(first.fingerprint);
  });

  it('shows nothing of images that are transparent everywhere, which is a warning', async () => {
    const nothing: Rgba = [50, 90, 30, 0];
    const dataset = await load({
      'a.png': icon(nothing, nothing),
      'b.png': icon(nothing, nothing),
      'c.png': icon(DARK),
    });
    expect(texts(dataset)[1]).toBe('warning: 2 of 3 images are transparent everywhere: they show nothing');
    expect(background(dataset)).toBe('white');
  });
});
