import { countPngFrames, isAnimatedPng, openPngAnimation } from './apng';
import type { Animation } from './composer';
import { countGifFrames, openGifAnimation } from './gif';
import { MAX_MEMORY_BYTES } from './image';
import { PNG_SIGNATURE } from './png-chunks';
import { countWebpFrames, isAnimatedWebp, openWebpAnimation } from './webp';
import { DataError } from '../data-error';
import type { ReadingRules } from '../../domain/reading';

export type { Animation } from './composer';

/** Memory per pixel that an open animation needs besides that for decoding a frame: the canvas, as it was before, and a copy. */
const BYTES_A_PIXEL = 12;

/** Memory in bytes that an open animation of this size holds. */
export const animationMemory = ({
  width,
  height,
}: {
  readonly width: number;
  readonly height: number;
}): number => width * height * BYTES_A_PIXEL;

interface AnimationFormat {
  readonly start: Buffer;
  /** Whether the first bytes of such a file, at least 64 KiB of a long one, say that it may be an animation. */
  readonly isAnimated: (bytes: Uint8Array) => boolean;
  readonly count: (bytes: Uint8Array) => { readonly count: number; readonly isCut: boolean };
  readonly open: (bytes: Uint8Array, rules: ReadingRules) => Animation;
}

const whole = (count: number) => ({ count, isCut: false });

const FORMATS: readonly AnimationFormat[] = [
  {
    start: Buffer.from('GIF8', 'latin1'),
    isAnimated: () => true,
    count: countGifFrames,
    open: openGifAnimation,
  },
  {
    start: Buffer.from('RIFF', 'latin1'),
    isAnimated: (bytes) => bytes.length > 30 && isAnimatedWebp(bytes),
    count: (bytes) => whole(countWebpFrames(bytes)),
    open: openWebpAnimation,
  },
  {
    start: Buffer.from(PNG_SIGNATURE),
    isAnimated: isAnimatedPng,
    count: (bytes) => whole(countPngFrames(bytes)),
    open: openPngAnimation,
  },
];

/** Whether a file, by its first bytes, may be an animation; others need not be read whole to count their frames. */
export const maybeAnimation = (bytes: Uint8Array): boolean => formatOf(bytes)?.isAnimated(bytes) ?? false;

/** Counts the frames of a file; `isCut` if more seem to follow but are missing. */
export function countFrames(bytes: Uint8Array): { readonly count: number; readonly isCut: boolean } {
  return maybeAnimation(bytes) ? formatOf(bytes)!.count(bytes) : whole(1);
}

/**
 * Opens an animation to decode its frames in order, each as it is shown and turned upright.
 * @param size from its header
 * @throws DataError if it is no animation, or too large
 */
export function openAnimation(
  bytes: Uint8Array,
  size: { readonly width: number; readonly height: number },
  rules: ReadingRules,
): Animation {
  const format = formatOf(bytes);
  if (!format) throw new DataError('an animation was expected; the file has changed');
  if (animationMemory(size) > MAX_MEMORY_BYTES) {
    const memory = `${Math.ceil(animationMemory(size) / 1e6)} MB, limit ${MAX_MEMORY_BYTES / 1e6} MB`;
    throw new DataError(`too large: an animation of ${size.width} × ${size.height} would take ${memory}`);
  }
  return format.open(bytes, rules);
}

const formatOf = (bytes: Uint8Array): AnimationFormat | undefined =>
  FORMATS.find(({ start }) => start.equals(bytes.subarray(0, start.length)));
