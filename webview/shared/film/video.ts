import { ArrayBufferTarget as Mp4Target, Muxer as Mp4 } from 'mp4-muxer';
import { ArrayBufferTarget as WebMTarget, Muxer as WebM } from 'webm-muxer';
import type { Pictures } from '../../../src/domain/pictures';
import { t } from '../l10n';
import { imageOf } from '../pictures';
import { codecFor, configFor } from './codec';
import type { Codec } from './codec';
import { enlargement, frameOrder } from './order';
import type { FilmLoop } from './order';

/** Sides of a frame are whole numbers of these: codecs store a colour for 2 × 2 pixels. */
const STEP = 2;
/** Frames from which a player may begin. */
const KEY_FRAME_EVERY = 30;
/** Frames that wait for the encoder; each holds its pixels. */
const MAX_WAITING = 8;

const even = (side: number): number => Math.ceil(side / STEP) * STEP;

/** Writes encoded frames into a file in memory. */
interface Container {
  add(chunk: EncodedVideoChunk, meta: EncodedVideoChunkMetadata | undefined): void;
  finish(): Uint8Array<ArrayBuffer>;
}

function containerFor({ container, track }: Codec, width: number, height: number): Container {
  const muxer =
    container === 'mp4'
      ? new Mp4({ target: new Mp4Target(), video: { codec: 'avc', width, height }, fastStart: 'in-memory' })
      : new WebM({ target: new WebMTarget(), video: { codec: track, width, height } });
  return {
    add: (chunk, meta) => muxer.addVideoChunk(chunk, meta),
    finish: () => {
      muxer.finalize();
      return new Uint8Array(muxer.target.buffer);
    },
  };
}

/** A video in memory. */
export interface Video {
  readonly format: Codec['container'];
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Encodes the pictures once in the order of the film, as MP4 or WebM.
 * @throws Error if this platform encodes neither at this size, or the encoder fails
 */
export async function videoOf(pictures: Pictures, loop: FilmLoop): Promise<Video> {
  const factor = enlargement(pictures);
  const [width, height] = [even(pictures.width * factor), even(pictures.height * factor)];
  const codec = await codecFor(width, height);
  if (codec === null) throw new Error(t('This editor encodes no video of {0} × {1} pixels.', width, height));
  const container = containerFor(codec, width, height);
  const failures: Error[] = [];
  const encoder = new VideoEncoder({
    output: (chunk, meta) => container.add(chunk, meta),
    error: (error) => failures.push(error),
  });
  encoder.configure(configFor(codec, width, height));
  const frames = frameOrder(pictures.count, loop);
  let timestamp = 0;
  for (const [i, { index, delay }] of frames.entries()) {
    if (failures[0]) throw failures[0];
    const canvas = enlarged(imageOf(pictures, index), factor, width, height);
    // In microseconds.
    const frame = new VideoFrame(canvas, { timestamp, duration: 1000 * delay });
    encoder.encode(frame, { keyFrame: i % KEY_FRAME_EVERY === 0 });
    frame.close();
    timestamp += 1000 * delay;
    while (encoder.encodeQueueSize > MAX_WAITING)
      await new Promise((resolve) => encoder.addEventListener('dequeue', resolve, { once: true }));
  }
  await encoder.flush();
  encoder.close();
  return { format: codec.container, bytes: container.finish() };
}

function enlarged(image: ImageData, factor: number, width: number, height: number): OffscreenCanvas {
  const small = new OffscreenCanvas(image.width, image.height);
  small.getContext('2d')!.putImageData(image, 0, 0);
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d')!;
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, image.width * factor, image.height * factor);
  return canvas;
}
