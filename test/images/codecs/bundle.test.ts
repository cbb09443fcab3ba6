import { execFile } from 'node:child_process';
import { copyFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { engineAssets } from '../../../esbuild.mjs';
import { greyPng, jpeg, temporaryFolder } from '../../datasets/fixtures';
import { bundleLikeEngine } from '../../support/bundle';

const run = promisify(execFile);

const ENTRY = `
import { readFile } from 'node:fs/promises';
import { decodeImage } from './src/images/codecs/decode';
async function main() {
  for (const path of process.argv.slice(2)) {
    const image = await decodeImage(await readFile(path)).catch((error) => error.message);
    console.log(JSON.stringify(image.width ?? image));
  }
}
void main();`;

it('finds the decoders beside a bundle built like the engine, and says so when they are missing', async () => {
  const folder = await temporaryFolder();
  await bundleLikeEngine(ENTRY, join(folder, 'decode.cjs'));
  await writeFile(join(folder, 'a.png'), greyPng(12, 3));
  await writeFile(join(folder, 'b.jpg'), await jpeg(24, 24, () => [9, 9, 9]));
  const webp = join(__dirname, '../../fixtures/pictures/rgba.webp');
  const others = ['rgb.avif', 'rgb.jxl'].map((file) => join(__dirname, '../../fixtures/pictures', file));
  const decode = () =>
    run(process.execPath, ['decode.cjs', 'a.png', 'b.jpg', webp, ...others], { cwd: folder });

  expect((await decode()).stdout).toContain('a file of Latent Explorer is missing: expected');
  for (const file of engineAssets.filter((path) => /squoosh|mozjpeg|webp|avif|jxl/.test(path))) {
    await copyFile(file, join(folder, basename(file)));
  }
  const { stdout, stderr } = await decode();
  expect(stderr).toBe('');
  expect(stdout).toBe('12\n24\n21\n21\n21\n');
});
