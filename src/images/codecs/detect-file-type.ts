/** Guesses the type of an unsupported file from its first bytes, for the error message. */
export function detectFileType(bytes: Uint8Array): string {
  const start = Buffer.from(bytes.subarray(0, 512)).toString('latin1');
  for (const [pattern, name] of KNOWN) if (pattern.test(start)) return name;
  return /^[\t\n\f\r -~\x80-\xff]*$/.test(start) ? 'text' : 'data of an unknown kind';
}

const KNOWN: readonly (readonly [RegExp, string])[] = [
  [/^[^]{4}ftyp(avif|avis|heic|heix|mif1)/, 'an AVIF or HEIC; convert it to PNG'],
  [/^\s*(<\?xml[^]*)?<svg/i, 'an SVG; export it as PNG'],
  [/^\s*<(!doctype html|html|head|body)/i, 'HTML'],
  [/^%PDF/, 'a PDF'],
  [/^PK\x03\x04/, 'a ZIP archive'],
  [/^\x1f\x8b/, 'gzip data'],
];
