import type { ReadingRules } from '../../domain/reading';

/** Names of image files by the rules 1, with unsupported formats, which are listed as skipped with the reason. */
const NAME_BY_RULES_1 = /\.(png|jpe?g|jpe|jfif|apng|gif|webp|bmp|tiff?|svg|avif|heic)$/i;

/** Suffixes of the formats that are read. */
const NAME = /\.(png|apng|jpe?g|jpe|jfif|pjpe?g|gif|webp|bmp|dib|tiff?|p[bgpn]m|pam|qoi|avif|jxl)$/i;

/** Formats that are no longer listed one by one but counted, whose suffix other images often have. */
const OFTEN_WRONG = /\.(svg|heic|heif|hif|jp2|ico|tga|psd)$/i;

/** A suffix that says what a file is: digits alone are counters. */
const SUFFIX = /\.[a-z][a-z0-9_~-]{0,15}$/i;

/** Whether a file is named like an image. */
export function isImageName(name: string, rules: ReadingRules = 2): boolean {
  return (rules === 1 ? NAME_BY_RULES_1 : NAME).test(name);
}

/** Whether only the content of a file tells if it is an image: it has no suffix, or one that other images often have. */
export function mayBeImage(name: string): boolean {
  return !SUFFIX.test(name) || OFTEN_WRONG.test(name);
}
