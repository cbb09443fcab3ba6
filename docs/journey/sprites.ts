import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodePng } from '../../src/images/codecs/png-encode';
import { RandomStream } from '../../src/random/stream';

const SIDE = 32;
/** Numbers that determine a sprite. */
const DRAWS = 6;

type Point = readonly [x: number, y: number];

/** Distance from the outline of a shape of radius about 1 around the origin, negative inside. */
type Shape = (point: Point) => number;

const polygon =
  (corners: readonly Point[]): Shape =>
  ([x, y]) => {
    let nearest = Infinity;
    let inside = false;
    corners.forEach(([ax, ay], i) => {
      const [bx, by] = corners[(i + 1) % corners.length]!;
      const along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2);
      const part = Math.max(0, Math.min(1, along));
      nearest = Math.min(nearest, Math.hypot(x - ax - part * (bx - ax), y - ay - part * (by - ay)));
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
    });
    return inside ? -nearest : nearest;
  };

/** Corners on circles of these radii, in turn, the first one at the top. */
const star = (corners: number, ...radii: readonly number[]): readonly Point[] =>
  Array.from({ length: corners * radii.length }, (_, i) => {
    const angle = (2 * Math.PI * i) / (corners * radii.length) - Math.PI / 2;
    const radius = radii[i % radii.length]!;
    return [radius * Math.cos(angle), radius * Math.sin(angle)] as const;
  });

const CROSS: readonly Point[] = [0, 1, 2, 3].flatMap((quarter) =>
  [
    [-0.32, 1],
    [0.32, 1],
    [0.32, 0.32],
  ].map(([x, y]): Point => {
    const [c, s] = [Math.cos((-quarter * Math.PI) / 2), Math.sin((-quarter * Math.PI) / 2)];
    return [c * x! - s * y!, s * x! + c * y!];
  }),
);

const SHAPES: Readonly<Record<string, Shape>> = {
  circle: ([x, y]) => Math.hypot(x, y) - 0.9,
  cross: polygon(CROSS),
  ring: ([x, y]) => Math.abs(Math.hypot(x, y) - 0.7) - 0.25,
  square: polygon(star(4, 1.1)),
  star: polygon(star(5, 1.1, 0.45)),
  triangle: polygon(star(3, 1.15)),
};

/** The colour of a hue from 0 to 1, as red, green and blue from 0 to 1. */
const colourOf = (hue: number): readonly number[] =>
  [0, 2 / 3, 1 / 3].map((shift) => 0.5 + 0.42 * Math.cos(2 * Math.PI * (hue + shift)));

/**
 * A shape of some colour, turn, size and place on a pale ground.
 * @param draws DRAWS numbers from 0 to 1 that say which @returns [SIDE, SIDE, 3] bytes
 */
function sprite(shape: Shape, draws: Float64Array): Uint8Array {
  const [hue, turn, growth, right, down, pale] = Array.from(draws) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const size = 7.5 + 4.5 * growth;
  const [cx, cy] = [SIDE / 2 + (right - 0.5) * 6, SIDE / 2 + (down - 0.5) * 6];
  const [colour, ground] = [colourOf(hue), 0.9 + 0.1 * pale];
  const [cosine, sine] = [Math.cos((turn - 0.5) * 0.9), Math.sin((turn - 0.5) * 0.9)];
  const bytes = new Uint8Array(SIDE * SIDE * 3);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const [dx, dy] = [(x + 0.5 - cx) / size, (y + 0.5 - cy) / size];
      const distance = shape([cosine * dx + sine * dy, cosine * dy - sine * dx]) * size;
      // A pixel on the outline is covered in part.
      const cover = Math.max(0, Math.min(1, 0.5 - distance));
      const light = 1 - 0.25 * Math.max(-1, Math.min(1, dy));
      colour.forEach((value, channel) => {
        const mixed = cover * Math.min(1, value * light) + (1 - cover) * ground;
        bytes[(y * SIDE + x) * 3 + channel] = Math.round(255 * mixed);
      });
    }
  }
  return bytes;
}

/** Writes `each` sprites of every shape into a folder of its own below `folder`; the seed determines them. */
export async function writeSprites(folder: string, each: number, seed: number): Promise<void> {
  const stream = new RandomStream(seed, 'sample');
  let sprites = 0;
  for (const [name, shape] of Object.entries(SHAPES)) {
    await mkdir(join(folder, name), { recursive: true });
    for (let i = 0; i < each; i++) {
      const picture = {
        width: SIDE,
        height: SIDE,
        channels: 3 as const,
        bytes: sprite(shape, stream.uniforms(sprites++, DRAWS)),
      };
      await writeFile(join(folder, name, `${name}-${String(i).padStart(3, '0')}.png`), encodePng(picture));
    }
  }
}
