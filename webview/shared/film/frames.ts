import type { Pictures } from '../../../src/domain/pictures';

/** Gap between and around the pictures of a frame, in pixels. */
const GAP_PIXELS = 2;
/** Grey of the gaps. */
const GAP_GREY = 128;

/** A picture of a series. */
export interface Tile {
  readonly pictures: Pictures;
  readonly index: number;
}

/**
 * Lays pictures side by side in each frame of a film, `columns` a row, at their own resolution.
 * @param count frames @param tiles pictures of a frame @param tileOf picture `tile` of a frame; all are of one shape
 */
export function filmFrames(
  count: number,
  tiles: number,
  columns: number,
  tileOf: (frame: number, tile: number) => Tile,
): Pictures {
  const { width: w, height: h, channels } = tileOf(0, 0).pictures;
  const across = Math.min(columns, tiles);
  const width = across * (w + GAP_PIXELS) + GAP_PIXELS;
  const height = Math.ceil(tiles / columns) * (h + GAP_PIXELS) + GAP_PIXELS;
  const size = width * height * channels;
  const bytes = new Uint8Array(count * size).fill(GAP_GREY);
  for (let frame = 0; frame < count; frame++)
    for (let tile = 0; tile < tiles; tile++) {
      const { pictures, index } = tileOf(frame, tile);
      const left = (tile % columns) * (w + GAP_PIXELS) + GAP_PIXELS;
      const top = Math.floor(tile / columns) * (h + GAP_PIXELS) + GAP_PIXELS;
      const line = w * channels;
      for (let y = 0; y < h; y++) {
        const from = (index * h + y) * line;
        bytes.set(
          pictures.bytes.subarray(from, from + line),
          frame * size + ((top + y) * width + left) * channels,
        );
      }
    }
  return { width, height, channels, count, bytes };
}
