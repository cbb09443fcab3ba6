/** Packs a set of images as one bit for each image of the dataset: 20,000 images take 3.3 kB, whatever their names. */

/** @param all ids of the dataset, in its order; `ids` that are not among them are left out */
export function packIds(ids: Iterable<string>, all: readonly string[]): string {
  const places = new Map(all.map((id, index) => [id, index]));
  const bytes = new Uint8Array(Math.ceil(all.length / 8));
  for (const id of ids) {
    const index = places.get(id);
    if (index !== undefined) bytes[index >> 3]! |= 1 << (index & 7);
  }
  return `${checksum(all)}:${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))}`;
}

/** Returns the packed images, in the order of the dataset; null if they were packed with other images than `all`. */
export function unpackIds(packed: string, all: readonly string[]): string[] | null {
  const [sum, text = ''] = packed.split(':');
  if (sum !== checksum(all)) return null;
  try {
    const bytes = atob(text);
    return all.filter((_, index) => ((bytes.charCodeAt(index >> 3) >> (index & 7)) & 1) === 1);
  } catch {
    // The view's state is a file that anything may have changed.
    return null;
  }
}

/** FNV-1a over the ids and their borders, with their number. */
function checksum(ids: readonly string[]): string {
  let hash = 0x811c9dc5;
  const mix = (code: number): void => void (hash = Math.imul(hash ^ code, 0x01000193));
  for (const id of ids) {
    for (let i = 0; i < id.length; i++) mix(id.charCodeAt(i));
    mix(0x10000);
  }
  return `${ids.length}-${(hash >>> 0).toString(16)}`;
}
