import { PRESET_NAMES } from '../runs/config';
import { RequestError } from '../runs/request-error';
import { rangeText, SETTINGS } from '../runs/settings/setting-table';
import type { SettingRange } from '../runs/settings/setting-table';

/** Values of one setting of a sweep: a list, or a range to draw from. */
export type SweepDimension =
  | { readonly setting: string; readonly values: readonly string[] }
  | {
      readonly setting: string;
      readonly low: number;
      readonly high: number;
      readonly scale: 'linear' | 'log';
      readonly whole: boolean;
    };

/** Settings whose ratio matters, not their difference: ranges of these are drawn on a logarithmic scale. */
export const LOGARITHMIC: readonly string[] = [
  'learningRate',
  'training.optimizer.epsilon',
  'initialisation.standardDeviation',
  'latent',
  'minibatch',
  'draws',
  'samples',
];

/** Options of `vae train` that are no settings of `--set`, and which values they take. */
const OPTIONS: Readonly<Record<string, SettingRange>> = {
  preset: { kind: 'choice', values: PRESET_NAMES },
  seed: { kind: 'whole', min: 0, max: Number.MAX_SAFE_INTEGER },
};

/** Returns the name by which a setting is listed, and what it may be; null if it is unknown. */
function settingNamed(name: string): { readonly key: string; readonly range: SettingRange } | null {
  if (Object.hasOwn(OPTIONS, name)) return { key: name, range: OPTIONS[name]! };
  return SETTINGS.find(({ key, paths }) => key === name || (paths.length === 1 && paths[0] === name)) ?? null;
}

/**
 * Parses the values of a setting: `1e-3,3e-4`, lists in brackets like `[500],[200,100]`, or a range like `1e-4..1e-2`.
 * @throws RequestError naming the setting, what was got and what was expected
 */
export function parseDimension(name: string, text: string): SweepDimension {
  const known = settingNamed(name);
  if (known === null) {
    const names = [...Object.keys(OPTIONS), ...SETTINGS.map(({ key }) => key)];
    throw new RequestError(`unknown setting '${name}'. Known settings: ${names.join(', ')}`);
  }
  const { key, range } = known;
  const bounds = /^([^,[\]]+?)\.\.([^,[\]]+)$/.exec(text);
  if (bounds) return parseRange(key, range, text, bounds[1]!, bounds[2]!);
  const values = splitValues(text).map((value) => value.trim());
  const wrong = values.find((value) => !mayBe(range, value));
  if (wrong !== undefined) throw new RequestError(`${key}: got '${wrong}', expected ${rangeText(range)}`);
  const same = values.find((value, i) => values.slice(0, i).some((other) => isSame(value, other)));
  if (same !== undefined) throw new RequestError(`${key}: got '${same}' twice, expected different values`);
  return { setting: key, values };
}

function parseRange(
  setting: string,
  range: SettingRange,
  text: string,
  lowText: string,
  highText: string,
): SweepDimension {
  const [low, high] = [Number(lowText), Number(highText)];
  const isNumber = range.kind === 'whole' || range.kind === 'number';
  if (!isNumber || !mayBe(range, lowText) || !mayBe(range, highText) || !(low < high)) {
    const expected = isNumber ? `two of ${rangeText(range)}, the lower first` : rangeText(range);
    throw new RequestError(`${setting}: got '${text}', expected ${expected}`);
  }
  const scale = LOGARITHMIC.includes(setting) && low > 0 ? 'log' : 'linear';
  return { setting, low, high, scale, whole: range.kind === 'whole' };
}

/** Splits at commas outside of brackets. */
function splitValues(text: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const letter of text) {
    if (letter === '[') depth++;
    if (letter === ']') depth--;
    if (letter === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += letter;
  }
  return parts;
}

/** Whether a setting may have this value, by itself; `parseRequest` checks values together. */
function mayBe(range: SettingRange, text: string): boolean {
  const value = text.trim() === '' ? NaN : Number(text);
  switch (range.kind) {
    case 'choice':
      return range.values.includes(text);
    case 'whole':
      return Number.isSafeInteger(value) && value >= range.min && value <= range.max;
    case 'number':
      return (
        value >= range.min &&
        value <= range.max &&
        !(range.excludes === 'min' && value === range.min) &&
        !(range.excludes === 'max' && value === range.max)
      );
    case 'list': {
      const { min, max } = range;
      const units = text.replace(/^\[|\]$/g, '').split(',');
      return units.length <= 8 && units.every((unit) => mayBe({ kind: 'whole', min, max }, unit));
    }
    case 'text':
      return text !== '';
    default:
      return range satisfies never;
  }
}

function isSame(a: string, b: string): boolean {
  const [x, y] = [Number(a), Number(b)];
  return a === b || (a !== '' && b !== '' && x === y);
}
