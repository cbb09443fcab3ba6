import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/** Sources whose `28x28` no person reads: keys of a table, what a checksum covers, answers as they are typed. */
const MACHINES = [
  'src/datasets/fingerprint.ts',
  'src/datasets/image-files/suggest-shape.ts',
  'src/datasets/source-statistics.ts',
  'src/datasets/survey-source.ts',
  'src/engine/onnx/opened/infer-encoder.ts',
];

it('writes sizes of images in one way: 28 × 28', () => {
  const sources = ['src', 'webview'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.tsx?$/.test(path))
      .map((path) => join(folder, path).replaceAll('\\', '/')),
  );
  const others = sources.filter((path) => /\}x\$\{|\{\d\}x\{\d\}/.test(readFileSync(path, 'utf8')));
  expect(others.sort()).toEqual(MACHINES);
});
