/** A model is opened, and its images are checked, in processes of their own, as the editor does. */
import { copyFile, mkdir, readFile, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkImages } from '../../src/endpoint/check-images';
import { openModel, previewModel } from '../../src/endpoint/open-model';
import { decodeImage } from '../../src/images/codecs/decode';
import { Cli, writeImages } from '../cli/support';
import { MODELS_FOLDER } from '../engine/onnx/opened/files';

let cli: Cli;
beforeAll(async () => {
  cli = await Cli.build(['worker', 'pictures']);
  const [first] = await writeImages(cli.path('-images'), 12, 16);
  await copyFile(first!, cli.path('-images', 'again.png'));
});
afterAll(() => cli.dispose());

const never = new AbortController().signal;
const request = (answers: Readonly<Record<string, string>> = {}) => ({
  files: ['encoder', 'decoder'].map((half) => join(MODELS_FOLDER, `map-${half}.onnx`)),
  data: cli.path('-images'),
  answers,
  engineFolder: dirname(cli.program),
});

test('a question comes back with its choices, and its answer opens the model', async () => {
  const folder = cli.path('run');
  await mkdir(folder);
  const question = await openModel(request(), folder, never);
  expect(question).toMatchObject({
    type: 'question',
    key: 'output-scale',
    choices: ['unit', 'signed', 'bytes'],
  });
  expect(await readdir(folder)).toEqual([]);
  await previewModel(request(), cli.path('scales.png'), never);
  expect((await decodeImage(await readFile(cli.path('scales.png')))).height).toBe(2 * (6 * 17 + 1));
  const opened = await openModel(request({ 'output-scale': 'signed' }), folder, never);
  expect(opened).toMatchObject({ type: 'opened', folder, latent: 32, images: 13 });
  const { images, findings } = await checkImages(
    { ...request(), runFolder: folder, engine: 'onnx', threads: 1 },
    never,
  );
  expect(images).toBe(13);
  expect(findings.filter(({ rule }) => rule === 'duplicate')).toMatchObject([
    { id: 'again.png', other: '0.png', otherFile: cli.path('-images', '0.png') },
  ]);
});

test('what cannot be opened, and what is cancelled, leaves nothing', async () => {
  const folder = cli.path('none');
  await mkdir(folder);
  const wrong = { ...request({ 'output-scale': 'signed' }), data: cli.path('gone') };
  await expect(openModel(wrong, folder, never)).rejects.toThrow('gone');
  const halves = { ...request(), files: [request().files[0]!, join(MODELS_FOLDER, 'conv-decoder.onnx')] };
  await expect(openModel(halves, folder, never)).rejects.toThrow('do not belong together');
  const stop = new AbortController();
  const opening = openModel(request({ 'output-scale': 'signed' }), folder, stop.signal);
  stop.abort(new Error('not wanted'));
  await expect(opening).rejects.toThrow('not wanted');
  expect(await readdir(folder)).toEqual([]);
});
