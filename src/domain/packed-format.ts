/** Names the format of packed images in the header of their files. */
export const PACKED_FORMAT = 'latent-explorer/images/1';

/** How such a file begins, after the 8 bytes with the length of its header. */
export const PACKED_BEGINNING = `{"__metadata__":{"format":"${PACKED_FORMAT}"`;
