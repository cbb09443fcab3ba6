import { expect, test } from 'vitest';
import {
  describeChanges,
  ImagesChangedError,
  ImagesUnknownError,
  imageProblemOf,
} from '../../src/runs/image-changes';

const none = { missing: [], changed: [], added: [], reasons: new Map<string, string>() };
const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `${i}.png`);

test('changes are named up to ten of a kind, and counted', () => {
  expect(describeChanges({ ...none, missing: ['a.png'] }, 40)).toBe('1 of 40 images is missing (a.png)');
  expect(describeChanges({ ...none, changed: ['b'], added: ['c', 'd'] }, 40)).toBe(
    '1 of 40 images has changed (b), 2 were added (c, d)',
  );
  expect(describeChanges({ ...none, added: names(12) }, 40)).toBe(
    `12 were added (${names(10).join(', ')}, and 2 more)`,
  );
  const reasons = new Map([['a', 'empty file: 0 bytes']]);
  expect(describeChanges({ ...none, missing: ['a', 'b'], reasons }, 3)).toBe(
    '2 of 3 images are missing (a: empty file: 0 bytes, b)',
  );
});

test('the errors are recognised by their message, which is shown without the options of the command line', () => {
  const changed = imageProblemOf(new ImagesChangedError('1 of 2 images is missing (a)').message);
  expect(changed?.canSkip).toBe(true);
  expect(changed?.text).toMatch(/started on: 1 of 2 images is missing \(a\)\.$/);
  expect(imageProblemOf(new ImagesUnknownError('/photos: not found').message)).toEqual({
    text: 'The images of this run cannot be read: /photos: not found.',
    canSkip: false,
  });
  expect(imageProblemOf('the engine process ended')).toBeNull();
});
