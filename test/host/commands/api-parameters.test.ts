/** What the commands for programs say of values of another kind. */
import { expect, test } from 'vitest';
import type * as z from 'zod';
import { decodeParams, manifoldParams } from '../../../src/host/commands/api-parameters';
import { describeMismatch } from '../../../src/text/describe-mismatch';
import { image, place } from '../../../src/tools/fields';

test.each<[string, z.ZodType, unknown, string]>([
  ['a point to decode', decodeParams, { z: 'far' }, 'z: got'],
  [
    'a point to decode',
    decodeParams,
    { z: 'far' },
    'expected the numbers of a point, or a list of up to 1000',
  ],
  [
    'an end of a path',
    manifoldParams,
    { through: [1, 2, 3] },
    'expected an image file, or the numbers of a point',
  ],
  [
    'an image of an agent',
    image,
    '/a.png',
    'expected { path } of a file, or { id } of an image of the dataset',
  ],
  ['a place of an agent', place, [0, 1], 'or { point } with its numbers'],
])('%s of another kind is named with what is expected', (_name, schema, given, expected) => {
  const { error } = schema.safeParse(given);
  expect(describeMismatch(error!, given)).toContain(expected);
});
