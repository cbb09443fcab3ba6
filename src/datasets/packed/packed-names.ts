const SUFFIX = '.safetensors';
const PART = /^(.*)-(\d{5})-of-(\d{5})\.safetensors$/;

/** Returns the name of a part's file, as files of several parts are called by convention. @param part from 1 */
export function packedName(base: string, part: number, parts: number): string {
  const number = (of: number): string => String(of).padStart(5, '0');
  return parts === 1 ? `${base}${SUFFIX}` : `${base}-${number(part)}-of-${number(parts)}${SUFFIX}`;
}

/** Returns the names of all parts, by the name of one of them; null if it is not called like one of so many. */
export function packedSiblings(name: string, parts: number): string[] | null {
  if (parts === 1) return [name];
  const [, base = '', , of] = PART.exec(name) ?? [];
  if (of === undefined || Number(of) !== parts) return null;
  return Array.from({ length: parts }, (_, i) => packedName(base, i + 1, parts));
}
