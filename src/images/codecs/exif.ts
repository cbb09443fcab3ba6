const ORIENTATION_TAG = 0x0112;
const PREFIX = 'Exif\0\0';
/** Bytes per value of the types that an orientation may have: SHORT, as the standard says, or LONG. */
const SIZES: Readonly<Record<number, 2 | 4>> = { 3: 2, 4: 4 };
const XMP_ORIENTATION = /tiff:Orientation(?:="|>)([0-9])/;

/**
 * Reads the orientation from the first directory of EXIF data, which is a TIFF without pixels. The last of duplicate tags wins,
 * as in Pillow.
 * @param exif with or without the bytes `Exif\0\0` before it
 * @returns 1 to 8, or an undefined number that some writers leave there; undefined if it has none or is broken
 */
export function exifOrientation(exif: Uint8Array): number | undefined {
  let data = exif;
  while (latin1(data.subarray(0, PREFIX.length)) === PREFIX) data = data.subarray(PREFIX.length);
  if (!/^(II\*\0|MM\0\*)$/.test(latin1(data.subarray(0, 4))) || data.length < 8) return undefined;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const little = data[0] === 0x49;
  const directory = view.getUint32(4, little);
  if (directory + 2 > data.length) return undefined;
  const entries = view.getUint16(directory, little);
  let orientation: number | undefined;
  for (let i = 0; i < entries; i++) {
    const entry = directory + 2 + 12 * i;
    if (entry + 12 > data.length) break;
    if (view.getUint16(entry, little) !== ORIENTATION_TAG) continue;
    const size = SIZES[view.getUint16(entry + 2, little)];
    const count = view.getUint32(entry + 4, little);
    if (size === undefined || count === 0) continue;
    const at = size * count <= 4 ? entry + 8 : view.getUint32(entry + 8, little);
    if (at + size > data.length) continue;
    orientation = size === 2 ? view.getUint16(at, little) : view.getUint32(at, little);
  }
  return orientation;
}

/** Reads the orientation from XMP metadata, an XML text; undefined if it has none. */
export function xmpOrientation(xmp: Uint8Array): number | undefined {
  const digit = XMP_ORIENTATION.exec(latin1(xmp))?.[1];
  return digit === undefined ? undefined : Number(digit);
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
