import { createHash } from 'node:crypto';

/** Returns the SHA-256 checksum of bytes, in hexadecimal digits. */
export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
