import { expect, test } from 'vitest';
import { asSentence } from '../../src/text/as-sentence';

test.each([
  ['which one is the mean?', 'which one is the mean?'],
  ['name the size', 'name the size.'],
  ['It is 8.', 'It is 8.'],
])('%s', (text, sentence) => expect(asSentence(text)).toBe(sentence));
