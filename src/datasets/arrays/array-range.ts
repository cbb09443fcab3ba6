import type { DatasetNote } from '../../domain/dataset-notes';
import { DataError } from '../../images/data-error';
import type { ReadingChoice } from '../../domain/reading';
import {
  customaryRange,
  fits,
  isSameRange,
  joinValues,
  rangeSetting,
  showValue,
} from '../../images/value-range';
import type { StoredValues, ValueRange } from '../../images/value-range';
import type { ImagePart } from './image-part';

/** The range of the values of all arrays of a dataset. */
export interface ArrayRange {
  /** Null for that of the stored types. */
  readonly range: ValueRange | null;
  readonly found: ReadingChoice;
  readonly notes: readonly DatasetNote[];
}

const BYTES: ValueRange = [0, 255];
const UNIT: ValueRange = [0, 1];

/**
 * Finds the range of the values of all parts together, unless it is chosen, see `customaryRange`. Bytes of which some are
 * above 1 have their own range, and so have whole numbers from 0 to 255, and floating-point numbers from 0 to 1.
 * @throws DataError for floating-point numbers of an unknown range, or parts of different ranges
 */
export async function findArrayRange(
  parts: readonly ImagePart[],
  { rules, range }: ReadingChoice,
  signal?: AbortSignal,
): Promise<ArrayRange> {
  if (rules === 1 && range === undefined && parts.every(({ place }) => place)) return NOTHING;
  const whole = new Values();
  const floats = new Values();
  for (const part of parts) {
    const values = await part.values(signal);
    if (values === 'truth values') continue;
    if (values === 'bytes') whole.add(part, { areFloats: false, least: 0, greatest: 255 }, true);
    else (values.areFloats ? floats : whole).add(part, values);
  }
  if (range) return { range, found: {}, notes: chosenNotes(range, [whole, floats]) };
  const ofWhole = whole.values && wholeRange(whole.values, rules);
  const ofFloats = floats.values && floatRange(floats);
  if (ofWhole && ofFloats && !isSameRange(ofWhole, ofFloats)) {
    if (isSameRange(ofWhole, BYTES) && isSameRange(ofFloats, UNIT)) return NOTHING;
    const got = `${whole.files} has whole numbers ${whole.extent}, and ${floats.files} floating-point numbers ${floats.extent}`;
    throw new DataError(`${got}: expected one range for all parts; save them as one type`);
  }
  const found = ofWhole ?? ofFloats;
  if (!found) return NOTHING;
  const isOwn = isSameRange(found, ofWhole ? BYTES : UNIT);
  return {
    range: isOwn ? null : found,
    found: isOwn ? {} : { range: found },
    notes: foundNotes(found, whole, floats),
  };
}

const NOTHING: ArrayRange = { range: null, found: {}, notes: [] };

/** The values of all parts that store one kind of numbers. */
class Values {
  values: StoredValues | null = null;
  /** Whether all of them are bytes of which some are above 1. */
  areBytes = true;
  private readonly parts: ImagePart[] = [];

  add(part: ImagePart, values: StoredValues, areBytes = false): void {
    this.values = joinValues(this.values, values);
    this.areBytes &&= areBytes;
    this.parts.push(part);
  }

  /** The file, or the first of several. */
  get files(): string {
    const [first, ...others] = this.parts;
    return others.length === 0 ? first!.file : `${first!.file} with ${others.length} more`;
  }

  get extent(): string {
    const { least, greatest } = this.values!;
    return `from ${showValue(least)} to ${showValue(greatest)}`;
  }
}

/** By the rules 1, 0 and 1 are nearly black. */
function wholeRange(values: StoredValues, rules: ReadingChoice['rules']): ValueRange {
  return rules === 1 && values.least >= 0 && values.greatest <= 255 ? BYTES : customaryRange(values)!;
}

function floatRange(floats: Values): ValueRange {
  const { least, greatest } = floats.values!;
  const range = customaryRange(floats.values!);
  if (range) return range;
  const got = `floating-point numbers: got values ${floats.extent}, expected 0 to 1, -1 to 1 or 0 to 255`;
  const own: ValueRange = [Number(least.toPrecision(4)), Number(greatest.toPrecision(4))];
  const advice = `set the values that are black and white (like ${rangeSetting(own)}), or save them as uint8`;
  throw new DataError(`${floats.files}: ${got}; ${advice}`);
}

function note(text: string): DatasetNote {
  return { subject: 'values', level: 'info', text };
}

const levelsOf = ([low, high]: ValueRange): string =>
  `${showValue(low)} is black and ${showValue(high)} white`;

function foundNotes(range: ValueRange, whole: Values, floats: Values): DatasetNote[] {
  if (floats.values) {
    const notes: DatasetNote[] = [];
    const { least, greatest } = floats.values;
    if (!isSameRange(range, UNIT)) {
      notes.push(
        note(`floating-point numbers ${floats.extent}: ${levelsOf(range)}; data.range=LOW,HIGH changes this`),
      );
    }
    if (least < range[0] || greatest > range[1]) {
      const beyond = `some lie by a rounding outside of ${range[0]} to ${range[1]}`;
      notes.push(note(`floating-point numbers ${floats.extent}: ${beyond}, and are read as black or white`));
    }
    return notes;
  }
  if (whole.areBytes) return [];
  if (isSameRange(range, UNIT)) {
    const advice = `${rangeSetting(BYTES)} reads them as they are`;
    return [note(`the values are only 0 and 1, and are read as truth values: ${levelsOf(range)}; ${advice}`)];
  }
  return [note(`whole numbers ${whole.extent}: ${levelsOf(range)}; data.range=LOW,HIGH changes this`)];
}

function chosenNotes(range: ValueRange, kinds: readonly Values[]): DatasetNote[] {
  const known = kinds.filter(({ values, areBytes }) => values && !areBytes);
  const clipped = known.some(({ values }) => !fits(values!, range));
  const extent = known.map((one) => ` of values ${one.extent}`).join(', ');
  return [note(`${levelsOf(range)}, as chosen${extent}${clipped ? '; those beyond are clipped' : ''}`)];
}
