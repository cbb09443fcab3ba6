import { expect, test } from 'vitest';
import { clipToWidth, displayWidth } from '../../src/text/display-width';

test.each([
  ['run', 3],
  ['', 0],
  ['é', 1],
  ['e\u0301', 1],
  ['数字', 4],
  ['ディジット', 10],
  ['숫자', 4],
  ['ｗ', 2],
  ['😀', 2],
  ['ﾃﾞ', 2],
  ['×·…─⠿', 5],
])('%s is %i columns wide', (text, width) => {
  expect(displayWidth(text)).toBe(width);
});

test('a text is cut between characters, and never wider than the room', () => {
  expect(clipToWidth('数字字', 5)).toEqual({ clipped: '数字', width: 4 });
  expect(clipToWidth('abc', 3)).toEqual({ clipped: 'abc', width: 3 });
  expect(clipToWidth('abc', 0)).toEqual({ clipped: '', width: 0 });
  // A mark stays with its letter.
  expect(clipToWidth('ae\u0301b', 2)).toEqual({ clipped: 'ae\u0301', width: 2 });
  expect(clipToWidth('a😀', 2)).toEqual({ clipped: 'a', width: 1 });
});
