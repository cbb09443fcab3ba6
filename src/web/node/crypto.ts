/** Stands in for `node:crypto`. */
import { Buffer } from './buffer';
import { Sha256 } from './sha256';

interface Hash {
  update(data: string | ArrayBufferView): Hash;
  digest(): Buffer;
  digest(encoding: 'hex' | 'base64'): string;
}

/** @param algorithm only sha256 */
export function createHash(algorithm: string): Hash {
  if (algorithm !== 'sha256') throw new Error(`got the hash '${algorithm}', expected sha256`);
  const hash = new Sha256();
  const made: Hash = {
    update(data) {
      hash.update(
        typeof data === 'string'
          ? new TextEncoder().encode(data)
          : new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
      );
      return made;
    },
    digest(encoding?: 'hex' | 'base64') {
      const bytes = Buffer.from(hash.digest());
      return (encoding === undefined ? bytes : bytes.toString(encoding)) as Buffer & string;
    },
  };
  return made;
}

export const randomBytes = (size: number): Buffer =>
  Buffer.from(globalThis.crypto.getRandomValues(new Uint8Array(size)));

export const randomUUID = (): string => globalThis.crypto.randomUUID();

/** A whole number from `least` to below `end`. */
export const randomInt = (least: number, end: number): number =>
  least + Math.floor((globalThis.crypto.getRandomValues(new Uint32Array(1))[0]! / 2 ** 32) * (end - least));

export const webcrypto = globalThis.crypto;
