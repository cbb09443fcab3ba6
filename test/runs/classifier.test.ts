import { mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MAX_CLASSES as ENGINE_CLASSES } from '../../src/engine/onnx/opened/classifier-use';
import { MAX_CLASS_NAME as ENGINE_NAME } from '../../src/engine/onnx/opened/class-names';
import type { ClassifierUse } from '../../src/engine/onnx/opened/classifier-use';
import { MAX_CLASSES, MAX_CLASS_NAME } from '../../src/domain/limits';
import {
  classifierKey,
  readClassProbabilities,
  writeClassProbabilities,
} from '../../src/runs/class-probabilities';
import {
  readClassifier,
  readClassifierFile,
  removeClassifier,
  removeClassifierLeftovers,
  writeClassifier,
} from '../../src/runs/classifier';
import { useFolder } from '../host/support';

const folder = useFolder();

const USE: ClassifierUse = {
  ...{ width: 8, height: 8, channels: 1, input: 'x', element: 'float32', layout: 'nchw', scale: 'unit' },
  ...{ batch: null, output: 'y', values: 'logits', numbers: 2 },
};
const NAMES = ['cat', 'dog'];
const FILE = Uint8Array.of(1, 2, 3);
const write = (file = FILE, use = USE) =>
  writeClassifier(folder.path(), file, { use, names: NAMES, from: 'mine.onnx' });
const paths = (...names: string[]) => join(folder.path(), 'classifier', ...names);

async function keep(values = Float32Array.of(0.25, 0.75, 1, 0)) {
  const classifier = classifierKey((await readClassifier(folder.path()))!);
  const made = { classifier, fingerprint: 'abc', count: 2, classes: 2, values };
  await writeClassProbabilities(folder.path(), made);
  return made;
}

describe('the classifier of a run', () => {
  test('is read as it was written; the run is as before once it is removed', async () => {
    expect(await readClassifier(folder.path())).toBeNull();
    const before = await readdir(folder.path());
    await write();
    const attached = (await readClassifier(folder.path()))!;
    expect(attached).toMatchObject({ use: USE, names: NAMES, from: 'mine.onnx' });
    expect([...(await readClassifierFile(folder.path(), attached))]).toEqual([1, 2, 3]);
    await keep();
    expect(await removeClassifier(folder.path())).toBe(true);
    expect(await readdir(folder.path())).toEqual(before);
    expect(await removeClassifier(folder.path())).toBe(false);
  });

  test('is replaced by another, and what it said goes with it', async () => {
    await write();
    const { classifier } = await keep();
    await write(Uint8Array.of(9));
    const attached = (await readClassifier(folder.path()))!;
    expect([...(await readClassifierFile(folder.path(), attached))]).toEqual([9]);
    expect(await readClassProbabilities(folder.path(), classifier)).toBeNull();
    expect((await readdir(paths())).sort()).toEqual(['classifier.json', 'classifier.onnx']);
  });

  test('is not used once its file is another, or its description is none', async () => {
    await write();
    const attached = (await readClassifier(folder.path()))!;
    await writeFile(paths('classifier.onnx'), 'x');
    await expect(readClassifierFile(folder.path(), attached)).rejects.toThrow(
      'is not the file that was attached',
    );
    const value = JSON.parse(await readFile(paths('classifier.json'), 'utf8')) as object;
    for (const [change, why] of [
      [{ names: ['cat'] }, 'names'],
      [{ names: ['a', 'b', 'c'] }, 'a name for each class'],
      [{ scale: 'x' }, 'scale'],
      [{ width: 1e9 }, 'width'],
      [{ code: 'process.exit()' }, 'code'],
    ] as const) {
      await writeFile(paths('classifier.json'), JSON.stringify({ ...value, ...change }));
      await expect(readClassifier(folder.path())).rejects.toThrow(why);
    }
    await writeFile(paths('classifier.json'), '{');
    await expect(readClassifier(folder.path())).rejects.toThrow('is not JSON');
  });

  test('is not removed together with files of others', async () => {
    await write();
    await writeFile(paths('mine.txt'), '');
    await expect(removeClassifier(folder.path())).rejects.toThrow("such as 'mine.txt'");
    await expect(write(Uint8Array.of(7))).rejects.toThrow("such as 'mine.txt'");
    expect(await readdir(paths())).toContain('classifier.onnx');
    expect((await readdir(folder.path())).filter((name) => name.endsWith('.vae-tmp'))).toEqual([]);
  });

  test.skipIf(process.platform === 'win32')('is not read through links', async () => {
    await write();
    const other = join(folder.path(), 'other');
    await mkdir(other);
    await symlink(paths(), join(other, 'classifier'));
    await expect(readClassifier(other)).rejects.toThrow('is a link');
    await expect(removeClassifier(other)).rejects.toThrow('is a link');
    expect(await readdir(paths())).toContain('classifier.onnx');
  });

  test('what a crash left of it is removed, and nothing else', async () => {
    const left = join(folder.path(), '.classifier.1.0123456789abcdef.vae-tmp');
    await mkdir(left);
    await writeFile(join(left, 'classifier.onnx'), '');
    await write();
    await removeClassifierLeftovers(folder.path());
    expect((await readdir(folder.path())).filter((name) => name.endsWith('.vae-tmp'))).toEqual([]);
    expect(await readClassifier(folder.path())).not.toBeNull();
  });
});

describe('what it says about the images', () => {
  test('is read as it was written', async () => {
    await write();
    const made = await keep();
    expect(await readClassProbabilities(folder.path(), made.classifier)).toEqual(made);
    expect(await readClassProbabilities(folder.path(), 'other')).toBeNull();
  });

  test('is passed over if it is damaged', async () => {
    await write();
    const { classifier } = await keep();
    const bytes = await readFile(paths('probabilities.npy'));
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(paths('probabilities.npy'), bytes);
    const said: string[] = [];
    expect(await readClassProbabilities(folder.path(), classifier, (why) => said.push(why))).toBeNull();
    expect(said.join()).toContain('checksum');
  });

  test('of another use of the same file is another', async () => {
    await write();
    const { classifier } = await keep();
    await write(FILE, { ...USE, scale: 'signed' });
    const now = classifierKey((await readClassifier(folder.path()))!);
    expect(now).not.toBe(classifier);
    // A computation that was under way ends in nothing.
    await writeClassProbabilities(folder.path(), {
      ...{ classifier, fingerprint: 'abc', count: 1, classes: 2, values: Float32Array.of(0, 1) },
    });
    expect(await readdir(paths())).not.toContain('probabilities.npy');
  });
});

test('the limits of the engine are those of the files', () => {
  expect([ENGINE_CLASSES, ENGINE_NAME]).toEqual([MAX_CLASSES, MAX_CLASS_NAME]);
});
