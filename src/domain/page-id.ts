/** Ends the id of an image that is one of several in its file: a suffix of file names, and the page's number. */
const PAGE = /(\.[a-z\d]{1,5})#(\d{1,7})$/i;

/** Returns the id of a page of a file, or of a frame of an animation. @param number from 0 */
export const imageOfPage = (file: string, number: number): string => `${file}#${number}`;

/**
 * Returns the file in which an image of a folder is, and its page there, from 0, if it is one of several. A file without a suffix
 * cannot be told from a page.
 */
export function fileOfImage(id: string): { readonly file: string; readonly page?: number } {
  const found = PAGE.exec(id);
  if (!found) return { file: id };
  return { file: id.slice(0, found.index + found[1]!.length), page: Number(found[2]) };
}

/** Returns the URI of a page of a file, the file's with the page as fragment; the file's own without a page. */
export const uriOfPage = (file: string, page?: number): string =>
  page === undefined ? file : `${file}#${page}`;

/** Returns the page that a URI of `uriOfPage` names; undefined if it names a whole file. */
export function pageOfUri(uri: string): number | undefined {
  const digits = /#(\d{1,7})$/.exec(uri)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
