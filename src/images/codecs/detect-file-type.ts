/** Guesses the type of an unsupported file from its first bytes, for the error message. */
export function detectFileType(bytes: Uint8Array): string {
  const start = Buffer.from(bytes.subarray(0, 512)).toString('latin1');
  for (const [pattern, name] of KNOWN) if (pattern.test(start)) return name;
  return /^[\t\n\f\r -~\x80-\xff]*$/.test(start) ? 'text' : 'data of an unknown kind';
}

const KNOWN: readonly (readonly [RegExp, string])[] = [
  [/^[^]{4}ftyp(hei[cmsx]|hev[cmsx]|mif1|msf1)/, 'an HEIC; convert it to PNG'],
  [/^[^]{4}ftyp/, 'a video; extract frames as PNG'],
  [/^\x80[\x02-\x05]/, 'a pickle, which is never loaded because it can run code'],
  [/^\x93NUMPY/, 'a NumPy array; to read it, name it instead of the folder'],
  [/^\x89HDF\r\n/, 'an HDF5 file; save its images as .npz'],
  [/^8BPS/, 'a Photoshop document; export it as PNG'],
  [/^[^]{128}DICM/, 'a DICOM image; convert it to PNG'],
  [/^v\/1\x01/, 'an OpenEXR image; convert it to 16-bit PNG'],
  [/^#\?RADIANCE/, 'a Radiance image; convert it to 16-bit PNG'],
  [/^(\0\0\0\x0cjP {2}|\xff\x4f\xff\x51)/, 'a JPEG 2000 image; convert it to PNG'],
  [/^(\0\0[\x01\x02]\0[^\0]\0|icns)/, 'an icon; convert it to PNG'],
  [/^DDS /, 'a DirectDraw surface; convert it to PNG'],
  [/^BLP[12]/, 'a Blizzard texture; convert it to PNG'],
  [/^\x01\xda[\0\x01][\x01\x02]/, 'an SGI image; convert it to PNG'],
  [/^(\x0a[\0-\x05]\x01[\x01\x02\x04\x08]|\xb1\x68\xde\x3a)/, 'a PCX image; convert it to PNG'],
  [/^[^]{4}[\x11\x12]\xaf/, 'a FLIC animation; extract frames as PNG'],
  [/^SIMPLE {2}=/, 'a FITS image; convert it to 16-bit PNG'],
  [/^\x59\xa6\x6a\x95/, 'a Sun raster image; convert it to PNG'],
  [/^P[fF]\n/, 'a floating-point map; convert it to 16-bit PNG'],
  [/^(\/\* XPM \*\/|#define \w+_width )/, 'an X11 image; convert it to PNG'],
  [/^(%!PS|\xc5\xd0\xd3\xc6)/, 'PostScript; export it as PNG'],
  [/^(?:[^]{257}ustar)/, 'a tar archive'],
  [/^\s*(<\?xml[^]*)?<svg/i, 'an SVG; export it as PNG'],
  [/^\s*<(!doctype html|html|head|body)/i, 'HTML'],
  [/^%PDF/, 'a PDF'],
  [/^PK\x03\x04/, 'a ZIP archive'],
  [/^\x1f\x8b/, 'gzip data'],
];
