import { DataError } from '../data-error';

/** TIFF 6.0 tags that describe the location and format of pixels, named as in the specification. */
const TAGS = {
  imageWidth: 256,
  imageLength: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  stripOffsets: 273,
  orientation: 274,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  stripByteCounts: 279,
  planarConfiguration: 284,
  predictor: 317,
  colorMap: 320,
  tileWidth: 322,
  tileLength: 323,
  tileOffsets: 324,
  tileByteCounts: 325,
  extraSamples: 338,
  sampleFormat: 339,
} as const;
type Tag = keyof typeof TAGS;

const KNOWN = new Set<number>(Object.values(TAGS));

/** Whether a tag is read; any other is for other programs. */
export const isKnownTag = (tag: number): boolean => KNOWN.has(tag);

/** Bytes per value of the types that these tags may have: BYTE, SHORT, LONG. */
const SIZES: Readonly<Record<number, 1 | 2 | 4>> = { 1: 1, 3: 2, 4: 4 };
/** Limit of values per tag: more strips, tiles or colours than any supported image has. */
const MAX_VALUES = 1_000_000;
const HEADER_BYTES = 8;
const ENTRY_BYTES = 12;

/** The first directory of a TIFF file, which describes its first page. */
export class TiffDirectory {
  private constructor(
    readonly littleEndian: boolean,
    private readonly values: ReadonlyMap<number, readonly number[]>,
  ) {}

  /**
   * Reads the directory; null if it or its values extend beyond the given bytes.
   * @throws DataError for a BigTIFF, a tag of an unexpected type, or too many values
   */
  static read(bytes: Uint8Array): TiffDirectory | null {
    if (bytes.length < HEADER_BYTES) return null;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const little = bytes[0] === 0x49;
    if (view.getUint16(2, little) === 43) throw new DataError('BigTIFF: expected a TIFF; save it as PNG');
    const start = view.getUint32(4, little);
    if (start + 2 > bytes.length) return null;
    const entries = view.getUint16(start, little);
    if (start + 2 + ENTRY_BYTES * entries > bytes.length) return null;
    const values = new Map<number, number[]>();
    for (let i = 0; i < entries; i++) {
      const entry = start + 2 + ENTRY_BYTES * i;
      const tag = view.getUint16(entry, little);
      if (!isKnownTag(tag)) continue;
      const type = view.getUint16(entry + 2, little);
      const count = view.getUint32(entry + 4, little);
      const size = SIZES[type];
      if (size === undefined) throw new DataError(`broken TIFF: tag ${tag} of type ${type}`);
      const from = size * count <= 4 ? entry + 8 : view.getUint32(entry + 8, little);
      if (from + size * count > bytes.length) return null;
      const at = (offset: number) =>
        size === 1
          ? view.getUint8(offset)
          : size === 2
            ? view.getUint16(offset, little)
            : view.getUint32(offset, little);
      // The first of duplicate tags wins; reading a long list a thousand times would take forever.
      if (values.has(tag)) continue;
      if (count > MAX_VALUES) {
        throw new DataError(
          `TIFF with ${count} values of the tag ${tag}, limit ${MAX_VALUES}; save it as PNG`,
        );
      }
      values.set(
        tag,
        Array.from({ length: count }, (_, k) => at(from + size * k)),
      );
    }
    return new TiffDirectory(little, values);
  }

  /** Returns the values of a tag; empty if it is missing. */
  all(tag: Tag): readonly number[] {
    return this.values.get(TAGS[tag]) ?? [];
  }

  /** Returns the first value of a tag, or `otherwise` if it is missing. */
  one(tag: Tag, otherwise: number): number {
    return this.all(tag)[0] ?? otherwise;
  }
}
