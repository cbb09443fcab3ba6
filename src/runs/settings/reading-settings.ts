import type { DatasetSource } from '../../datasets/dataset';
import { BACKGROUND, FITS, PAGE_CHOICES } from '../../domain/reading';
import type { ReadingChoice } from '../../domain/reading';
import { RequestError } from '../request-error';

/** The settings `data.fit`, `data.background`, `data.pages` and `data.range` as typed; an empty text leaves a choice to the images. */
export type ReadingSettings = Readonly<Record<'fit' | 'background' | 'pages' | 'range', string>>;

export const NO_READING_SETTINGS: ReadingSettings = { fit: '', background: '', pages: '', range: '' };

/**
 * Returns the source with the user's choices of how to read its images.
 * @throws RequestError naming the setting, its value and what was expected
 */
export function withReading(source: DatasetSource, settings: ReadingSettings): DatasetSource {
  const given = Object.entries(settings).filter(([, text]) => text !== '');
  if (given.length === 0) return source;
  const [name, text] = given[0]!;
  if (source.kind === 'digits')
    throw wrong(name, text, 'nothing: the built-in digits are drawn in the shape of the model');
  if (settings.pages !== '' && (source.kind === 'npy' || source.kind === 'idx'))
    throw wrong('pages', settings.pages, 'nothing: arrays have no pages');
  const choice: ReadingChoice = {
    ...(settings.fit === '' ? {} : { fit: oneOf(FITS, 'fit', settings.fit) }),
    ...(settings.background === '' ? {} : { background: backgroundOf(settings.background) }),
    ...(settings.pages === '' ? {} : { pages: oneOf(PAGE_CHOICES, 'pages', settings.pages) }),
    ...(settings.range === '' ? {} : { range: rangeOf(settings.range) }),
  };
  return { ...source, ...choice };
}

function oneOf<T extends string>(choices: readonly T[], name: string, text: string): T {
  const found = choices.find((choice) => choice === text);
  if (found === undefined) throw wrong(name, text, `one of ${choices.join(', ')}`);
  return found;
}

function backgroundOf(text: string): string {
  const colour = text.toLowerCase();
  if (BACKGROUND.test(colour)) return colour;
  throw wrong('background', text, 'white, black or a colour such as #20a0ff');
}

function rangeOf(text: string): readonly [number, number] {
  const [low, high, ...more] = text
    .replace(/^\[|\]$/g, '')
    .split(',')
    .map((part) => (part.trim() === '' ? NaN : Number(part)));
  if (more.length === 0 && Number.isFinite(low) && Number.isFinite(high) && low! < high!)
    return [low!, high!];
  throw wrong('range', text, 'the stored values of black and white, the lower first, such as 0,4095');
}

function wrong(name: string, text: string, expected: string): RequestError {
  return new RequestError(`data.${name}: got '${text}', expected ${expected}`);
}
