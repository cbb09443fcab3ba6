import type { RgbaImage } from './image';

/** A frame of an animation, decoded, with its place on the canvas. */
export interface AnimationFrame {
  readonly image: RgbaImage;
  readonly left: number;
  readonly top: number;
  /** Whether it replaces the pixels below it, also with transparency, instead of lying over them. */
  readonly replaces: boolean;
  /** What happens to its area before the next frame: nothing, filled, or as it was before the frame. */
  readonly disposal: 'keep' | 'fill' | 'restore';
  /** What its area is filled with: red, green, blue and opacity; transparent if absent. */
  readonly filling?: readonly number[];
}

/** An animation whose frames are read in order. */
export interface Animation {
  /** Decodes the next frame, as it is shown: on top of those before it. @throws DataError if it is broken or was the last */
  next(): Promise<RgbaImage>;
}

/** Returns a frame alone, on a transparent canvas unless it covers it. */
export function placed(
  { image, left, top }: Pick<AnimationFrame, 'image' | 'left' | 'top'>,
  width: number,
  height: number,
): RgbaImage {
  if (image.width === width && image.height === height) return image;
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < image.height; y++) {
    const line = image.data.subarray(4 * y * image.width, 4 * (y + 1) * image.width);
    data.set(line, 4 * ((top + y) * width + left));
  }
  return { width, height, data };
}

/** Puts the frames of an animation on top of each other. */
export class Composer {
  private readonly canvas: Uint8Array;
  private dispose: () => void = () => undefined;

  constructor(
    private readonly width: number,
    private readonly height: number,
  ) {
    this.canvas = new Uint8Array(4 * width * height);
  }

  /** Draws the next frame, which lies within the canvas. @returns a copy of the canvas */
  show(frame: AnimationFrame): RgbaImage {
    const { width, height, canvas } = this;
    this.dispose();
    const before = frame.disposal === 'restore' ? canvas.slice() : null;
    this.eachLine(frame, (from, to) => {
      const line = frame.image.data.subarray(from, from + 4 * frame.image.width);
      if (frame.replaces) canvas.set(line, to);
      else layOver(canvas.subarray(to, to + line.length), line);
    });
    this.dispose = () => {
      if (before) canvas.set(before);
      if (frame.disposal === 'fill') this.fill(frame);
    };
    return { width, height, data: canvas.slice() };
  }

  private fill(frame: AnimationFrame): void {
    const { filling = [0, 0, 0, 0] } = frame;
    this.eachLine(frame, (_, to) => {
      for (let i = 0; i < 4 * frame.image.width; i++) this.canvas[to + i] = filling[i % 4]!;
    });
  }

  /** Calls `use` with the offset of each line in the frame and on the canvas. */
  private eachLine({ image, left, top }: AnimationFrame, use: (from: number, to: number) => void): void {
    for (let y = 0; y < image.height; y++) use(4 * y * image.width, 4 * ((top + y) * this.width + left));
  }
}

/** Composites pixels over others, both with colours that are not multiplied by their opacity. */
function layOver(below: Uint8Array, above: Uint8Array): void {
  for (let i = 0; i < above.length; i += 4) {
    const alpha = above[i + 3]!;
    if (alpha === 0) continue;
    const rest = (below[i + 3]! * (255 - alpha)) / 255;
    const opacity = alpha + rest;
    for (let c = 0; c < 3; c++)
      below[i + c] = Math.floor((above[i + c]! * alpha + below[i + c]! * rest) / opacity + 0.5);
    below[i + 3] = Math.floor(opacity + 0.5);
  }
}
