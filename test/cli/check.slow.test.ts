/** `vae check` on a folder with every kind of finding, by a model from PyTorch. */
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodePng } from '../../src/images/codecs/png-encode';
import { decodeImage } from '../../src/images/codecs/decode';
import { MODELS_FOLDER } from '../engine/onnx/opened/files';
import { Cli, objects, writeImages } from './support';

const SIDE = 12;
let cli: Cli;
beforeAll(async () => {
  cli = await Cli.build(['worker', 'pictures']);
  const files = await writeImages(cli.path('images', 'some folder'), 40, SIDE);
  await mkdir(cli.path('model'));
  for (const half of ['encoder', 'decoder'])
    await copyFile(join(MODELS_FOLDER, `plain-${half}.onnx`), cli.path('model', `${half}.onnx`));
  expect((await cli.run(['open-model', 'model', '--data', 'images', '--run', 'run'])).code).toBe(0);
  const { data } = await decodeImage(await readFile(files[0]!));
  const grey = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => data[4 * i]!);
  const write = (name: string, bytes: Uint8Array): Promise<void> =>
    writeFile(cli.path('images', name), encodePng({ width: SIDE, height: SIDE, channels: 1, bytes }));
  await copyFile(files[3]!, cli.path('images', 'copy of 3.png'));
  await write(
    'nearly 0.png',
    grey.map((value) => Math.min(255, value + 2)),
  );
  // The decoder, whose weights are small, gives grey: white is furthest from it of all images here.
  await write(
    'white.png',
    grey.map((_, i) => (i === 0 ? 0 : 255)),
  );
  await writeFile(cli.path('images', 'broken.png'), 'not a picture');
});
afterAll(() => cli.dispose());

const check = (...args: string[]) =>
  cli.run(['check', 'images', '--model', 'run', '--threads', '1', ...args]);

test('finds copies, near copies, the worst reconstruction and skipped files, and exits with 3', async () => {
  const { code, stdout, stderr } = await check('--format', 'json');
  expect(stderr).toBe('');
  expect(code).toBe(3);
  const [result] = objects(stdout);
  expect(result).toMatchObject({ type: 'check', data: 'images', images: 43, step: 0 });
  expect(result!['findings']).toMatchObject([
    { rule: 'skipped-file', level: 'warning', id: 'broken.png', file: cli.path('images', 'broken.png') },
    { rule: 'duplicate', id: 'some folder/3.png', other: 'copy of 3.png' },
    { rule: 'near-duplicate', id: 'some folder/0.png', other: 'nearly 0.png' },
    { rule: 'worst-reconstructed', level: 'note', id: 'white.png' },
  ]);
  const near = (result!['findings'] as { difference: number }[])[2]!;
  // Two of 255 everywhere.
  expect(near.difference).toBeCloseTo(2 / 255, 6);
  expect(objects((await check('--json')).stdout)).toEqual([result]);
});

test('says the same to people, and nothing where limits exclude it', async () => {
  const { code, stdout } = await check();
  expect(code).toBe(3);
  expect(stdout).toContain('some folder/3.png: warning: the same image as copy of 3.png (duplicate)');
  expect(stdout).toContain('4 found in 43 images and 1 skipped file');
  expect((await check('--exit-zero')).code).toBe(0);
  const strict = await check('--difference', '0.5', '--deviations', '50', '--exclude', 'copy*');
  expect(strict.stdout).not.toContain('near-duplicate');
  expect(strict.stdout).not.toContain('worst');
  const clean = await check('--include', 'some folder/1*.png', '--deviations', '50');
  expect(clean).toMatchObject({ code: 0 });
  expect(clean.stdout).toContain('nothing was found in 11 images');
});

test('writes a log in SARIF 2.1.0, whose paths lead to the files', async () => {
  const { code, stdout } = await check('--format', 'sarif', '--out', 'log.sarif');
  expect(code).toBe(3);
  expect(stdout).toContain('4 found');
  const log = JSON.parse(await readFile(cli.path('log.sarif'), 'utf8')) as Sarif;
  expect(log.version).toBe('2.1.0');
  const [run] = log.runs;
  expect(log.runs).toHaveLength(1);
  const { rules } = run!.tool.driver;
  for (const { ruleId, ruleIndex, level, message, locations } of run!.results) {
    expect(rules[ruleIndex]!.id).toBe(ruleId);
    expect(['warning', 'note']).toContain(level);
    expect(message.text).toMatch(/^[A-Z].*\.$/);
    const { uri, uriBaseId } = locations[0]!.physicalLocation.artifactLocation;
    const file = fileURLToPath(new URL(uri, run!.originalUriBaseIds[uriBaseId]!.uri));
    expect((await readFile(file)).length).toBeGreaterThan(0);
  }
  const uris = run!.results.map(({ locations }) => locations[0]!.physicalLocation.artifactLocation.uri);
  expect(uris[1]).toBe('images/some%20folder/3.png');
  const related = run!.results[1]!.relatedLocations![0]!.physicalLocation.artifactLocation.uri;
  expect(related).toBe('images/copy%20of%203.png');
});

test('refuses what is no limit, and a run that there is not', async () => {
  expect(await check('--difference', 'much')).toMatchObject({ code: 2 });
  expect(await check('--format', 'xml')).toMatchObject({ code: 2 });
  const gone = await cli.run(['check', 'images', '--model', 'gone']);
  expect(gone).toMatchObject({ code: 2 });
  expect(gone.stderr).toContain('there is no such run');
});

interface Location {
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string; readonly uriBaseId: string };
  };
}
interface Sarif {
  readonly version: string;
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
    readonly originalUriBaseIds: Readonly<Record<string, { readonly uri: string }>>;
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly message: { readonly text: string };
      readonly locations: readonly Location[];
      readonly relatedLocations?: readonly Location[];
    }[];
  }[];
}
