import type { Pictures } from '../domain/pictures';
import { encodePng } from '../images/codecs/png-encode';
import { enlarge, intoRows, tileRows } from '../images/tiles';
import type { ToolPicture } from './tool';

/** Side in pixels that small images are enlarged to, roughly: models of language see little in one of 28. */
const MIN_SIDE_PIXELS = 84;
/** Maximum pixels of an enlarged picture. */
const MAX_PIXELS = 2_000_000;
const GAP = 2;

/** Draws images in rows of `columns`, enlarged where they are small. */
export function sheet(caption: string, pictures: Pictures, columns: number): ToolPicture {
  return drawn(caption, intoRows(pictures, columns));
}

/** Draws rows of images below each other. */
export function drawn(caption: string, rows: readonly Pictures[]): ToolPicture {
  const whole = tileRows(rows, GAP);
  const { width, height } = rows[0]!;
  const wanted = Math.max(1, Math.floor(MIN_SIDE_PIXELS / Math.max(width, height)));
  const room = Math.max(1, Math.floor(Math.sqrt(MAX_PIXELS / (whole.width * whole.height))));
  return { caption, png: encodePng(enlarge(whole, Math.min(wanted, room))) };
}

/** Joins images of one shape. @throws RangeError if there are none */
export function joined(all: readonly Pictures[]): Pictures {
  const [first] = all;
  if (!first) throw new RangeError('joined: got no pictures, expected at least one');
  const bytes = new Uint8Array(Buffer.concat(all.map((each) => each.bytes)));
  return { ...first, count: all.reduce((sum, { count }) => sum + count, 0), bytes };
}

const DIGITS = 6;

/** Rounds numbers for people and models of language, which pay for each digit. */
export const rounded = (value: number): number => Number(value.toPrecision(DIGITS));

/** As `rounded`, of a point or a list of numbers. */
export const numbers = (values: Iterable<number>): number[] => Array.from(values, rounded);

/** Splits points into arrays of numbers. @param count number of points */
export function rowsOf(values: Float32Array, count: number): number[][] {
  const size = values.length / count;
  return Array.from({ length: count }, (_, i) => numbers(values.subarray(i * size, (i + 1) * size)));
}
