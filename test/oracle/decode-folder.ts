/**
 * Decodes every file below a folder with the product's decoder, for `pillow.py`, which compares: an object a line, with the path of
 * the RGBA pixels or the reason why there are none. Run it by `npm run oracle -- FOLDER`.
 */
import { readFileSync, writeFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { decodeImage } from '../../src/images/codecs/decode';
import { StoredScale } from '../../src/images/stored-scale';
import { DataError } from '../../src/images/data-error';

const [, , folder, out] = process.argv as [string, string, string, string];
mkdirSync(out, { recursive: true });
const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name))
  .sort();
for (const [number, file] of files.entries()) {
  const path = file.slice(folder.length + 1);
  try {
    const { width, height, data } = await decodeImage(readFileSync(file), 2, new StoredScale(null));
    const pixels = join(out, `${number}.rgba`);
    writeFileSync(pixels, data);
    console.log(JSON.stringify({ path, width, height, pixels }));
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    console.log(JSON.stringify({ path, reason: error.message }));
  }
}
