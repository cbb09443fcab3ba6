import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { decodeImage } from '../../../src/images/codecs/decode';
import { StoredScale } from '../../../src/images/stored-scale';

const FIXTURE = join(__dirname, '../../fixtures/pictures/rgba-none.tif');
const EXTRA_SAMPLES = 338;

/** The file without the tag that calls its fourth sample opacity. */
function withoutExtraSamples(): Buffer {
  const bytes = readFileSync(FIXTURE);
  const directory = bytes.readUInt32LE(4);
  const count = bytes.readUInt16LE(directory);
  const entries = Array.from({ length: count }, (_, i) => directory + 2 + 12 * i);
  const entry = entries.find((at) => bytes.readUInt16LE(at) === EXTRA_SAMPLES)!;
  // A tag of private use.
  bytes.writeUInt16LE(65_000, entry);
  return bytes;
}

it('a fourth sample that nothing is said of is opacity, as it would be if it were called so', async () => {
  const said = await decodeImage(readFileSync(FIXTURE), 2, new StoredScale(null));
  expect(new Set(said.data.filter((_, i) => i % 4 === 3)).size).toBeGreaterThan(1);
  expect(await decodeImage(withoutExtraSamples(), 2, new StoredScale(null))).toEqual(said);
});

it('by the rules 1 it is ignored', async () => {
  const image = await decodeImage(withoutExtraSamples(), 1);
  expect(new Set(image.data.filter((_, i) => i % 4 === 3))).toEqual(new Set([255]));
});
