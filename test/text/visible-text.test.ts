import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_LINE_LENGTH, visibleJson, visibleText } from '../../src/text/visible-text';

describe('visibleText', () => {
  test.each([
    ['a line of its own', 'a\nb\r\nc', 'a\\nb\\r\\nc'],
    ['colours and a new title', '\u001b[31mred\u001b]0;title\u0007', '\\u{1b}[31mred\\u{1b}]0;title\\u{7}'],
    ['DEL and C1, the other ESC [', '\u007f\u009b2J', '\\u{7f}\\u{9b}2J'],
    [
      'text from right to left',
      'a\u202egnp.exe\u2066\u200f\u061c',
      'a\\u{202e}gnp.exe\\u{2066}\\u{200f}\\u{61c}',
    ],
    ['no width', 'a\u200bb\ufeff\u2060', 'a\\u{200b}b\\u{feff}\\u{2060}'],
    ['separators of lines and paragraphs', 'a\u2028b\u2029', 'a\\u{2028}b\\u{2029}'],
    ['half a pair', '\ud83d', '\\u{d83d}'],
    ['hidden tags', '\u{e0041}', '\\u{e0041}'],
    ['what can be seen', 'Bücher – 日本語 😀 ❤️ C:\\new', 'Bücher – 日本語 😀 ❤️ C:\\new'],
  ])('%s', (_name, text, expected) => {
    expect(visibleText(text)).toBe(expected);
  });

  test('what is too long is cut, and says so', () => {
    expect(visibleText('x'.repeat(50), 10)).toBe('xxxxxxxxx…');
    expect(visibleText('x'.repeat(10), 10)).toBe('x'.repeat(10));
    expect(visibleText('\n'.repeat(10), 10)).toHaveLength(10);
    expect(visibleText('x'.repeat(1e6))).toHaveLength(MAX_LINE_LENGTH);
    expect(visibleText('abc😀', 4)).toBe('abc…');
    expect(visibleText('ab😀😀', 4)).toBe('ab…');
  });

  test('whatever it is given: one line, bounded, and the same when done twice', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 400 }),
        fc.integer({ min: 1, max: 300 }),
        (text, limit) => {
          const shown = visibleText(text, limit);
          expect(shown.length).toBeLessThanOrEqual(limit);
          expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
          expect(visibleText(shown, limit)).toBe(shown);
        },
      ),
    );
  });
});

test('visibleJson: only characters that can be seen, and the same value', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const json = visibleJson({ [text]: text });
      expect(json).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      expect(JSON.parse(json)).toEqual({ [text]: text });
    }),
  );
  expect(visibleJson({ a: '\u202e\u{e0041}' })).toBe('{"a":"\\u202e\\udb40\\udc41"}');
});
