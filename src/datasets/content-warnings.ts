import { createHash } from 'node:crypto';
import type { DatasetNote } from '../domain/dataset-notes';
import type { Dataset } from './dataset';
import { listExamples } from './list-examples';

/** Limits of the images that are looked at. */
const MAX_IMAGES = 1000;
const MAX_BYTES = 16 * 2 ** 20;

/** Below these differences, of 255, nothing can be seen in one image, or in all of them together. */
const VISIBLE_IN_ONE = 8;
const VISIBLE_IN_ALL = 16;

/**
 * Warns of images on which nothing can be learnt: they are nearly constant, or the same picture again and again. Looks at
 * evenly spaced images as they are in the dataset, so the result is the same wherever they come from.
 */
export function contentWarnings({
  count,
  images,
  id,
}: Pick<Dataset, 'count' | 'images' | 'id'>): DatasetNote[] {
  const looked = Math.min(count, MAX_IMAGES, Math.max(1, Math.floor(MAX_BYTES / images.size)));
  const numbers = Array.from({ length: looked }, (_, i) => Math.floor((i * count) / looked));
  const rows = numbers.map((number) => rowOf(images.gather([number]), number));
  const least = rows.reduce((a, row) => Math.min(a, row.least), 255);
  const greatest = rows.reduce((a, row) => Math.max(a, row.greatest), 0);
  const all = count === 1 ? 'the only image' : `all ${count} images`;
  const which = looked === count ? all : `all of ${looked} images looked at, of ${count},`;
  const hint = 'if their values are stored in another range, set it (data.range=LOW,HIGH)';
  const are = count === 1 ? 'is' : 'are';
  if (greatest === 0) return [warning(`${which} ${are} black; ${hint}`)];
  if (least === 255) return [warning(`${which} ${are} white; ${hint}`)];
  if (greatest - least < VISIBLE_IN_ALL) {
    const got = `${count === 1 ? 'has' : 'have'} values from ${least} to ${greatest}, where 0 is black and 255 white: nearly nothing can be seen`;
    return [warning(`${which} ${got}; ${hint}`)];
  }
  const among = looked === count ? `${count} images` : `${looked} images looked at`;
  const some = (found: readonly Row[]) => listExamples(found.map((row) => id(row.number)));
  const constant = rows.filter((row) => row.greatest - row.least < VISIBLE_IN_ONE);
  if (2 * constant.length > looked) {
    const black = constant.filter((row) => row.greatest < VISIBLE_IN_ONE).length;
    const white = constant.filter((row) => row.least > 255 - VISIBLE_IN_ONE).length;
    const got = `show a single brightness (${black} black, ${white} white): ${some(constant)}`;
    return [warning(`${constant.length} of ${among} ${got}`)];
  }
  const shown = rows.filter((row) => row.greatest - row.least >= VISIBLE_IN_ONE);
  const byContent = new Map<string, Row[]>();
  for (const row of shown) {
    const same = byContent.get(row.hash);
    if (same) same.push(row);
    else byContent.set(row.hash, [row]);
  }
  const groups = [...byContent.values()];
  const most = groups.reduce((a, group) => (group.length > a.length ? group : a), []);
  if (2 * most.length > looked && most.length > 1) {
    return [warning(`${most.length} of ${among} are the same picture: ${some(most)}`)];
  }
  if (2 * groups.length >= shown.length) return [];
  return [warning(`among ${among} are only ${groups.length} different pictures: the others repeat them`)];
}

interface Row {
  readonly number: number;
  readonly least: number;
  readonly greatest: number;
  readonly hash: string;
}

function rowOf(bytes: Uint8Array, number: number): Row {
  let least = 255;
  let greatest = 0;
  for (let i = 0; i < bytes.length; i++) {
    const value = bytes[i]!;
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  return { number, least, greatest, hash: createHash('sha256').update(bytes).digest('hex') };
}

function warning(text: string): DatasetNote {
  return { subject: 'values', level: 'warning', text };
}
