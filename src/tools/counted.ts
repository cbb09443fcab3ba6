import { formatCount } from '../text/format-count';

/** Formats a number of things, like `1 image` or `1,200 images`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;
