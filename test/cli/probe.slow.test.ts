/** `vae probe`: a classifier of a person's own, on a trained run and on a model of others. */
import { copyFile, cp, mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serialiseModel } from '../../src/engine/onnx/encode';
import { decodeImage } from '../../src/images/codecs/decode';
import { decodeNpy } from '../../src/runs/npy';
import { MODELS_FOLDER } from '../engine/onnx/opened/files';
import { value } from '../engine/onnx/support';
import { linearClassifier, linearProbabilities } from '../support/classifier';
import { endlessLoop, GO } from '../support/endless-loop';
import { once } from '../support/once';
import { Cli, objects, writeImages } from './support';

const CLASSIFIER = { width: 12, height: 12, channels: 1, classes: 3, end: 'Softmax' } as const;
let cli: Cli;
beforeAll(async () => {
  cli = await Cli.build(['worker', 'chunks', 'pictures']);
  await writeImages(cli.path('images'), 12, 12);
  await mkdir(cli.path('mine'));
  await writeFile(cli.path('mine', 'classifier.onnx'), linearClassifier(CLASSIFIER));
  await writeFile(cli.path('mine', 'classifier.txt'), 'square\nnoise\n=other\n');
});
afterAll(() => cli.dispose());

const base = once(async () => {
  const files = ['encoder', 'decoder'].map((half) => join(MODELS_FOLDER, `plain-${half}.onnx`));
  const { code, stderr } = await cli.run([
    ...['open-model', ...files, '--data', 'images', '--run', 'opened', '--threads', '1'],
  ]);
  expect(code, stderr).toBe(0);
});
/** A run of a model of others. */
async function opened(name: string): Promise<string> {
  await base();
  await cp(cli.path('opened'), cli.path(name), { recursive: true });
  return name;
}
const probe = (...args: string[]) => cli.run(['probe', ...args]);
const attach = (run: string, ...more: string[]) =>
  probe('attach', run, 'mine/classifier.onnx', '--threads', '1', ...more);

async function expected(path: string): Promise<number[]> {
  const { data } = await decodeImage(await readFile(cli.path(path)));
  return linearProbabilities(
    CLASSIFIER,
    Uint8Array.from({ length: 144 }, (_, i) => data[4 * i]!),
  );
}

describe('a classifier', () => {
  test('asks how pixels are scaled, with what each scale would say; then says what it was told', async () => {
    const run = await opened('asked');
    const asked = await attach(run, '--json');
    expect(asked.code).toBe(2);
    const [question] = objects(asked.stdout) as [
      {
        choices: string[];
        preview: { choice: string; images: { id: string; class: string; probability: number }[] }[];
      },
    ];
    expect(question).toMatchObject({
      type: 'question',
      key: 'input-scale',
      choices: ['unit', 'signed', 'bytes'],
    });
    expect(question.preview.map(({ choice }) => choice)).toEqual(question.choices);
    for (const image of question.preview[0]!.images) {
      const own = await expected(`images/${image.id}`);
      expect(image.probability).toBeCloseTo(Math.max(...own), 4);
      expect(image.class).toBe(['square', 'noise', '=other'][own.indexOf(Math.max(...own))]);
    }
    expect(question.preview[0]!.images).toHaveLength(4);
    const text = await attach(run);
    expect(text.stderr).toContain('Add --scale: one of unit, signed, bytes');
    expect(text.stdout).toMatch(/unit: \S+\.png \S+ \d+ %, /);
    expect(await readdir(cli.path(run))).not.toContain('classifier');

    const { code, stdout } = await attach(run, '--scale', 'unit', '--json');
    expect(code).toBe(0);
    const [said] = objects(stdout);
    expect(said).toMatchObject({ type: 'attached', classes: ['square', 'noise', '=other'], width: 12 });
    expect(JSON.stringify(said)).toContain('classifier.txt');
    expect((await probe('show', run)).stdout).toContain('classifier.onnx: 3 classes: square, noise, =other');
  });

  test('classifies the images of a trained run, and files; its table goes with an export; removed, all is as before', async () => {
    const trained = await cli.run([
      ...[
        'train',
        '--data',
        'images',
        '--run',
        'trained',
        '--samples',
        '60',
        '--threads',
        '1',
        '--engine',
        'onnx',
      ],
      ...[
        '--set',
        'width=12',
        '--set',
        'height=12',
        '--set',
        'channels=1',
        '--set',
        'hidden=8',
        '--set',
        'latent=2',
      ],
      ...['--set', 'minibatch=4', '--set', 'likelihood=gaussian'],
    ]);
    expect(trained.code, trained.stderr).toBe(0);
    const before = (await readdir(cli.path('trained'))).sort();
    expect((await attach('trained', '--scale', 'unit')).code).toBe(0);
    const missing = await cli.run([
      ...['export', 'trained', '--format', 'latents', '--table', 'csv', '--out', 'without', '--threads', '1'],
    ]);
    expect(missing.stderr).toContain('probabilities of classes are missing');

    const classified = await probe('classify', 'trained', '--out', 'classes.csv', '--threads', '1');
    expect(classified).toMatchObject({ code: 0, stderr: '' });
    const [header, ...rows] = (await readFile(cli.path('classes.csv'), 'utf8')).trim().split('\n');
    // A name that a spreadsheet would take for a formula is a text.
    expect(header).toBe("id,predicted,probability,square,noise,'=other");
    expect(rows).toHaveLength(12);
    for (const row of rows) {
      const [id, , probability, ...each] = row.split(',');
      const own = await expected(`images/${id!}`);
      own.forEach((number, k) => expect(Number(each[k])).toBeCloseTo(number, 4));
      expect(Number(probability)).toBeCloseTo(Math.max(...own), 4);
    }
    // Kept: nothing is computed again.
    const again = await probe('classify', 'trained', '--json');
    expect(objects(again.stdout)).toMatchObject([{ type: 'classified', count: 12 }]);
    expect((await probe('show', 'trained')).stdout).toContain('has classified 12 images');

    const files = await probe(
      'classify',
      'trained',
      'images/3.png',
      'missing.png',
      '--json',
      '--threads',
      '1',
    );
    expect(files.code).toBe(2);
    const [image] = objects(files.stdout) as [{ id: string; probabilities: number[] }];
    expect(image.id).toBe('images/3.png');
    (await expected('images/3.png')).forEach((number, k) =>
      expect(image.probabilities[k]).toBeCloseTo(number, 4),
    );

    const exported = await cli.run([
      ...['export', 'trained', '--format', 'latents', '--table', 'csv', '--out', 'table', '--threads', '1'],
    ]);
    expect(exported.stderr).not.toContain('classes');
    const [names] = (await readFile(cli.path('table', 'latents.csv'), 'utf8')).split('\n');
    expect(names).toContain(
      'predicted_class,class_probabilities_0,class_probabilities_1,class_probabilities_2',
    );

    expect((await probe('remove', 'trained')).code).toBe(0);
    expect((await readdir(cli.path('trained'))).sort()).toEqual(before);
    expect((await probe('remove', 'trained')).stderr).toContain('has no classifier to remove');
    expect((await probe('classify', 'trained')).stderr).toContain('no classifier is attached');
  });

  test('of one run is not seen by another; of a model of others it works, too', async () => {
    const [run, other] = [await opened('first'), await opened('second')];
    expect((await attach(run, '--scale', 'unit')).code).toBe(0);
    expect((await probe('show', other)).stdout).toContain('has no classifier');
    const { code } = await probe('classify', run, '--out', 'p.npy', '--threads', '1');
    expect(code).toBe(0);
    const values = decodeNpy(await readFile(cli.path('p.npy')), [12, 3]);
    const ids = JSON.parse(await readFile(cli.path('p.ids.json'), 'utf8')) as string[];
    const own = await expected(`images/${ids[7]!}`);
    own.forEach((number, k) => expect(values[21 + k]).toBeCloseTo(number, 4));
    // A file that takes the place of the one that was tried is not run.
    await writeFile(
      cli.path(run, 'classifier', 'classifier.onnx'),
      linearClassifier({ ...CLASSIFIER, end: 'none' }),
    );
    const changed = await probe('classify', run, 'images/1.png', '--threads', '1');
    expect(changed.stderr).toContain('is not the file that was attached');
  });

  test('of images in colour says what becomes of grey ones', async () => {
    const run = await opened('grey');
    await writeFile(cli.path('colour.onnx'), linearClassifier({ ...CLASSIFIER, channels: 3 }));
    const { stdout } = await probe('attach', run, 'colour.onnx', '--scale', 'unit', '--threads', '1');
    expect(stdout).toContain('note: the images of the run are grey: the three colours that');
    const { stdout: same } = await attach(run, '--scale', 'unit');
    expect(same).not.toContain('the images of the run are');
  });

  test('takes names of classes that fit, and no others', async () => {
    const run = await opened('named');
    await writeFile(cli.path('two.txt'), 'a\nb\n');
    const two = await attach(run, '--scale', 'unit', '--classes', 'two.txt');
    expect(two.code).toBe(2);
    expect(two.stderr).toContain('got 2 names of classes, expected 3');
    await mkdir(cli.path('alone'));
    await copyFile(cli.path('mine', 'classifier.onnx'), cli.path('alone', 'c.onnx'));
    await writeFile(cli.path('alone', 'config.json'), '{"id2label":{"0":"A","1":"B","2":"C"}}');
    const config = await probe('attach', run, 'alone/c.onnx', '--scale', 'unit', '--json');
    expect(objects(config.stdout)).toMatchObject([{ classes: ['A', 'B', 'C'] }]);
  });
});

describe('a classifier that others made', () => {
  const shape = ['batch', 1, 8, 8] as const;
  const endless = serialiseModel({
    graph: {
      name: 'endless',
      inputs: [value('x', 'float32', shape)],
      outputs: [value('y', 'float32', shape)],
      nodes: [endlessLoop('y', shape)],
      initializers: GO,
    },
  });

  test('and does not end, is no model, or is a link, is refused and leaves nothing', async () => {
    const run = await opened('hostile');
    const before = (await readdir(cli.path(run))).sort();
    await writeFile(cli.path('endless.onnx'), endless);
    await writeFile(cli.path('broken.onnx'), 'not a model');
    const refused = async (file: string, why: string, ...more: string[]): Promise<void> => {
      const { code, stderr } = await probe('attach', run, file, '--threads', '1', ...more);
      expect(code, stderr).toBe(2);
      expect(stderr).toContain(why);
      expect((await readdir(cli.path(run))).sort()).toEqual(before);
    };
    await refused(
      'endless.onnx',
      'the classifier has computed for 1 s without an end',
      '--call-seconds',
      '1',
    );
    await refused('broken.onnx', 'the classifier is refused: it is not an ONNX model');
    await refused('images/1.png', 'expected a file that ends in .onnx');
    await refused('missing.onnx', 'there is no such file');
    if (process.platform === 'win32') return;
    await symlink(cli.path('mine', 'classifier.onnx'), cli.path('link.onnx'));
    await refused('link.onnx', 'this is a link');
  });
});
