import * as z from 'zod';

/** Maximum size of a picture to be saved. */
const MAX_PICTURE_BYTES = 64 * 1024 * 1024;
const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** "GIF89a". */
const GIF_SIGNATURE = [0x47, 0x49, 0x46, 0x38, 0x39, 0x61];

/** A complete file, recognised by its first bytes, of a plausible size for a picture. */
const file = (signature: readonly number[], name: string): z.ZodType<Uint8Array> =>
  z.custom<Uint8Array>(
    (value) =>
      value instanceof Uint8Array &&
      value.length <= MAX_PICTURE_BYTES &&
      signature.every((byte, i) => value[i] === byte),
    `expected ${name} file`,
  );

export const pngFile = file(PNG_SIGNATURE, 'a PNG');
export const gifFile = file(GIF_SIGNATURE, 'a GIF');
