import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ownSplit } from '../../src/datasets/own-split';
import { splitOfPaths } from '../../src/datasets/split-of-paths';

const short = { train: 'train', validation: 'val', test: 'test', none: '-' } as const;
/** The part and the rest of each path, or null. */
const split = (...paths: string[]) => {
  const found = splitOfPaths(paths);
  return found && paths.map((_, i) => `${short[found.roles[i] ?? 'none']} ${found.rest[i]}`);
};

describe('folders are a split', () => {
  it.each<[string[], string[]]>([
    [
      ['train/cat/1.png', 'test/cat/2.png'],
      ['train cat/1.png', 'test cat/2.png'],
    ],
    [
      ['Training/1.png', 'VALID/2.png', 'Testing/3.png'],
      ['train 1.png', 'val 2.png', 'test 3.png'],
    ],
    [
      ['set/images/train/cat/1.png', 'set/images/dev/dog/2.png', 'set/images/eval/3.png'],
      ['train set/images/cat/1.png', 'val set/images/dog/2.png', 'test set/images/3.png'],
    ],
    // Class folders outside, also some without all parts.
    [
      ['cat/train/1.png', 'cat/test/2.png', 'dog/train/1.png'],
      ['train cat/1.png', 'test cat/2.png', 'train dog/1.png'],
    ],
    // As COCO, the cats and dogs of Kaggle, pix2pix, DIV2K and STL-10 have them.
    [
      ['train2017/1.jpg', 'val2017/2.jpg'],
      ['train 1.jpg', 'val 2.jpg'],
    ],
    [
      ['train/1.jpg', 'test1/2.jpg'],
      ['train 1.jpg', 'test 2.jpg'],
    ],
    [
      ['trainA/1.jpg', 'trainB/2.jpg', 'testA/3.jpg', 'testB/4.jpg'],
      ['train A/1.jpg', 'train B/2.jpg', 'test A/3.jpg', 'test B/4.jpg'],
    ],
    [
      ['DIV2K_train_HR/1.png', 'DIV2K_valid_HR/2.png'],
      ['train DIV2K_HR/1.png', 'val DIV2K_HR/2.png'],
    ],
    [
      ['train_images/1.png', 'test_images/2.png', 'unlabeled/3.png'],
      ['train 1.png', 'test 2.png', '- unlabeled/3.png'],
    ],
    // A class below the parts may be called like one.
    [
      ['train/train/1.png', 'train/bus/2.png', 'test/train/3.png'],
      ['train train/1.png', 'train bus/2.png', 'test train/3.png'],
    ],
  ])('%j', (paths, expected) => {
    expect(split(...paths)).toEqual(expected);
  });
});

it.each([
  ['cat/1.png', 'dog/2.png', 'test/3.png'],
  ['bus/1.png', 'train/2.png', 'car/3.png'],
  ['test/1.png', 'val/2.png'],
  ['train/cat/1.png', 'train/test/2.png'],
  ['bullet_train/1.png', 'test_tube/2.png'],
  ['train.png', 'test.png'],
  ['training_day/1.png', 'contest/2.png', 'latest/3.png', 'strain/4.png'],
  ['train_test/1.png', 'val_train/2.png'],
  ['constructor/1.png', '__proto__/2.png'],
])('%s, %s, ... are classes', (...paths) => {
  expect(split(...paths)).toBeUndefined();
});

const origin = {
  rules: 2,
  what: 'folders',
  names: ['a', 'b'],
  pathOf: (index: number) => `${index}.png`,
} as const;
type Roles = Parameters<typeof ownSplit>[1];

describe('the parts', () => {
  it('that are missing are made of others, and never is one for testing that was for training', () => {
    const role = fc.constantFrom('train', 'validation', 'test', undefined);
    const what = fc.constantFrom('folders', 'files', 'arrays');
    fc.assert(
      fc.property(fc.array(role, { maxLength: 40 }), what, (roles, what) => {
        if (roles.filter((part) => part === 'train').length < 2) return;
        const { split: made, notes } = ownSplit('x', roles, { ...origin, what });
        if (!roles.includes('validation') && !roles.includes('test')) {
          expect([made, notes]).toEqual([undefined, []]);
          return;
        }
        const { train, validation, test } = made!;
        const all = [...train, ...validation, ...test].sort((a, b) => a - b);
        expect(all).toEqual(Array.from(roles.keys()));
        for (const part of [train, validation, test]) expect(part.length).toBeGreaterThan(0);
        expect([...test].every((i) => roles[i] === 'test' || roles[i] === 'validation')).toBe(true);
        expect([...train].every((i) => roles[i] === 'train' || roles[i] === undefined)).toBe(true);
        if (roles.includes('test')) expect([...test].every((i) => roles[i] === 'test')).toBe(true);
        expect(notes).toHaveLength(roles.includes(undefined) ? 2 : 1);
      }),
    );
  });

  it('for validation are spread over folders, and the last ones of arrays', () => {
    const roles: Roles = [...new Array<'train'>(13).fill('train'), 'test'];
    expect([...ownSplit('x', roles, origin).split!.validation]).toEqual([5, 11]);
    expect([...ownSplit('x', roles, { ...origin, what: 'arrays' }).split!.validation]).toEqual([11, 12]);
    expect(() => ownSplit('x', ['train', 'test'], origin)).toThrow(
      'x: the training part has 1 image, expected at least 2',
    );
  });

  it('by the rules 1 are as they were', () => {
    const first = { ...origin, rules: 1 } as const;
    const roles: Roles = [...new Array<'train'>(13).fill('train'), 'validation'];
    const { split: made } = ownSplit('x', roles, first);
    expect([...made!.test]).toEqual([11, 12]);
    expect([...made!.validation]).toEqual([13]);
    expect(ownSplit('x', [...roles, undefined], first).split).toBeUndefined();
  });

  it('are described by a note', () => {
    const roles: Roles = ['train', 'train', 'train', undefined, 'validation', 'validation', 'validation'];
    expect(ownSplit('x', roles, origin).notes).toEqual([
      {
        subject: 'split',
        level: 'info',
        text: 'the split is that of the folders a, b: 4 images for training, 2 for validation, 1 for testing; there is no part for testing, so this is every other image for validation',
      },
      {
        subject: 'split',
        level: 'warning',
        text: '1 image is in none of the folders that make the split, and used for training: 3.png',
      },
    ]);
  });
});
