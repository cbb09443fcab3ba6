/** Orientation in all formats that carry it, against Pillow's exif_transpose: see test/fixtures/make_several.py. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeImage, readImageHeader } from '../../../src/images/codecs/decode';

interface Turned {
  readonly name: string;
  readonly file: string;
  readonly size: readonly [width: number, height: number];
  readonly pixels: string;
}

const ALL = JSON.parse(readFileSync(join(__dirname, '../../fixtures/turned.json'), 'utf8')) as Turned[];
/** Colours of a JPEG are rounded on the way. */
const JPEG_TOLERANCE = 3;

describe.each([...new Set(ALL.map(({ name }) => name.replace(/-\d\./, '.')))])('%s', (kind) => {
  it.each(ALL.filter(({ name }) => name.replace(/-\d\./, '.') === kind))('$name', async (one) => {
    const bytes = Buffer.from(one.file, 'base64');
    const image = await decodeImage(bytes);
    const { width, height } = image;
    expect([width, height]).toEqual(one.size);
    expect(readImageHeader(bytes)).toMatchObject({ width, height });
    const expected = Buffer.from(one.pixels, 'base64');
    const limit = one.name.endsWith('.jpg') ? JPEG_TOLERANCE : 0;
    const worst = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - image.data[i]!)), 0);
    expect(worst).toBeLessThanOrEqual(limit);
  });
});

it('is not read from PNG and WebP by the rules 1', async () => {
  for (const { name, file } of ALL.filter(({ name }) => /(png|webp)$/.test(name))) {
    const bytes = Buffer.from(file, 'base64');
    expect(await decodeImage(bytes, 1), name).toMatchObject({ width: 7, height: 5 });
    expect(readImageHeader(bytes, 1), name).toMatchObject({ width: 7, height: 5 });
  }
});

it('is read by the rules 1 from JPEG and TIFF, where earlier versions found it', async () => {
  const known = ALL.filter(({ name }) => /^(exif|exif-big|inks)-\d\.jpg|^tag/.test(name));
  for (const { name, file } of known) {
    const bytes = Buffer.from(file, 'base64');
    expect(await decodeImage(bytes, 1), name).toEqual(await decodeImage(bytes, 2));
  }
});
