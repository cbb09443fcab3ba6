import * as z from 'zod';

/** Maximum size of a picture to be saved. */
const MAX_PICTURE_BYTES = 64 * 1024 * 1024;
const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** "GIF89a". */
const GIF_SIGNATURE = [0x47, 0x49, 0x46, 0x38, 0x39, 0x61];
/** An EBML header, and "ftyp" after the length of the first box. */
const WEBM_SIGNATURE = [0x1a, 0x45, 0xdf, 0xa3];
const MP4_SIGNATURE = [0x66, 0x74, 0x79, 0x70];
const MP4_SIGNATURE_AT = 4;

/** A complete file, recognised by its first bytes, of a plausible size for a picture. */
const file = (signature: readonly number[], name: string, at = 0): z.ZodType<Uint8Array> =>
  z.custom<Uint8Array>(
    (value) =>
      value instanceof Uint8Array &&
      value.length <= MAX_PICTURE_BYTES &&
      signature.every((byte, i) => value[at + i] === byte),
    `expected ${name} file`,
  );

export const pngFile = file(PNG_SIGNATURE, 'a PNG');
const gifFile = file(GIF_SIGNATURE, 'a GIF');

/** Films by their file formats, which are their names' extensions as well. */
export const FILM_FILES = [
  z.strictObject({ format: z.literal('gif'), bytes: gifFile }),
  z.strictObject({ format: z.literal('webm'), bytes: file(WEBM_SIGNATURE, 'a WebM') }),
  z.strictObject({ format: z.literal('mp4'), bytes: file(MP4_SIGNATURE, 'an MP4', MP4_SIGNATURE_AT) }),
] as const;
export const filmFile = z.union(FILM_FILES);
export type FilmFile = z.infer<typeof filmFile>;
