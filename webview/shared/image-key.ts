/**
 * Names an image in the view: the id of an image of the dataset, or the URI of a file that was encoded. Ids are paths without a
 * scheme, so the two differ.
 */
export type ImageKey = string;

export const isFileUri = (key: ImageKey): boolean => key.startsWith('file:');
