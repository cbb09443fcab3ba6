import { Composer } from './composer';
import type { Animation, AnimationFrame } from './composer';
import { encodePngChunk, essentialPng, PNG_SIGNATURE, pngChunks, readPngHeader } from './png-chunks';
import { decodePng } from './png-decoder';
import { DataError } from '../data-error';

const FRAME_CONTROL_BYTES = 26;
const DISPOSALS = ['keep', 'fill', 'restore'] as const;

/** Whether a PNG declares an animation, before its image data. */
export function isAnimatedPng(bytes: Uint8Array): boolean {
  for (const { name } of pngChunks(bytes)) {
    if (name === 'acTL') return true;
    if (name === 'IDAT') return false;
  }
  return false;
}

/** Counts the frames of an animated PNG. A still image that is no frame does not count. */
export function countPngFrames(bytes: Uint8Array): number {
  let count = 0;
  for (const { name } of pngChunks(bytes)) if (name === 'fcTL') count++;
  return count;
}

/** Opens an animated PNG. @throws DataError if it is truncated or broken */
export function openPngAnimation(bytes: Uint8Array): Animation {
  const { width, height } = readPngHeader(bytes);
  const composer = new Composer(width, height);
  const frames = framesOf(essentialPng(bytes).subarray(0, 33), bytes);
  return {
    async next() {
      const frame = frames.next().value;
      if (!frame) throw new DataError('broken PNG: it has fewer frames than expected');
      const { left, top } = frame;
      const own = readPngHeader(frame.still);
      if (own.width === 0 || own.height === 0) throw new DataError('broken PNG: a frame without pixels');
      if (left + own.width > width || top + own.height > height) {
        throw new DataError(`broken PNG: a frame reaches out of ${width} × ${height} pixels`);
      }
      return composer.show({ ...frame, image: await decodePng(frame.still) });
    },
  };
}

type EncodedFrame = Omit<AnimationFrame, 'image'> & {
  /** A complete PNG of only this frame. */
  readonly still: Uint8Array;
};

function* framesOf(start: Uint8Array, bytes: Uint8Array): Generator<EncodedFrame, undefined> {
  const shared: Uint8Array[] = [];
  let control: Uint8Array | undefined;
  let data: Uint8Array[] = [];
  for (const { name, body, start: at, end } of pngChunks(bytes)) {
    if (name === 'PLTE' || name === 'tRNS') shared.push(bytes.subarray(at, end));
    if ((name === 'fcTL' || name === 'IEND') && control) {
      yield frameOf(start, shared, control, data);
      data = [];
    }
    if (name === 'fcTL') {
      if (body.length !== FRAME_CONTROL_BYTES) throw new DataError('broken PNG: a frame of an unknown kind');
      control = body;
    }
    // Image data before the first frame belong to a still image for viewers without animation.
    if (name === 'IDAT' && control) data.push(body);
    if (name === 'fdAT' && control) data.push(body.subarray(4));
  }
}

function frameOf(
  start: Uint8Array,
  shared: readonly Uint8Array[],
  control: Uint8Array,
  data: readonly Uint8Array[],
): EncodedFrame {
  const fields = new DataView(control.buffer, control.byteOffset, control.byteLength);
  // The header with the frame's width and height in place of the canvas's.
  const header = Buffer.from(start.subarray(16, 29));
  header.set(control.subarray(4, 12), 0);
  const still = Buffer.concat([
    PNG_SIGNATURE,
    encodePngChunk('IHDR', header),
    ...shared,
    encodePngChunk('IDAT', Buffer.concat(data)),
    encodePngChunk('IEND', Buffer.alloc(0)),
  ]);
  return {
    ...{ still, left: fields.getUint32(12), top: fields.getUint32(16), replaces: control[25] === 0 },
    disposal: DISPOSALS[control[24]!] ?? 'keep',
  };
}
