import { fileName } from './format';

/**
 * Names an image in the view: the id of an image of the dataset, or the URI of a file that was encoded. Ids are paths without a
 * scheme, so the two differ.
 */
export type ImageKey = string;

export const isFileUri = (key: ImageKey): boolean => key.startsWith('file:');

/** The last segment of the image's path. */
export const imageName = (key: ImageKey): string =>
  isFileUri(key) ? fileName(key) : key.slice(key.lastIndexOf('/') + 1);
