/** Messages as text, for a page whose other end is in another process: typed arrays cross as base64. */
const TYPES = { Uint8Array, Int32Array, Uint32Array, Float32Array, Float64Array };
type TypeName = keyof typeof TYPES;

export function toText(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (!ArrayBuffer.isView(part)) return part;
    const bytes = new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
    let text = '';
    // In pieces: a call takes so many arguments only.
    for (let start = 0; start < bytes.length; start += 8192)
      text += String.fromCharCode(...bytes.subarray(start, start + 8192));
    const name = Object.keys(TYPES).find((each) => part instanceof TYPES[each as TypeName]);
    return { typed: name, base64: btoa(text) };
  });
}

export function fromText(text: string): unknown {
  return JSON.parse(text, (_key, part: unknown) => {
    if (typeof part !== 'object' || part === null || !('typed' in part) || !('base64' in part)) return part;
    const bytes = Uint8Array.from(atob(String(part.base64)), (character) => character.charCodeAt(0));
    return new TYPES[part.typed as TypeName](bytes.buffer);
  });
}
