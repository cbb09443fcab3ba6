import type { DecodeTarget } from './decode-task';

/** What a thread that decodes is given at its start, what it is asked, and what it answers. */
export interface DecodeWorkerData {
  /** From 0 on. */
  readonly number: number;
  /** See `MemoryBudget`. */
  readonly budget: SharedArrayBuffer;
}

export interface DecodeOrder {
  /** Numbers of pictures, and their files' paths or bytes. */
  readonly pictures: readonly (readonly [number, string | Uint8Array])[];
  readonly want: DecodeTarget;
  /** Where the bytes of each picture go, by its number. */
  readonly rows: SharedArrayBuffer;
  /** int32: the picture that is being decoded, then one for each picture: 1 when its bytes are there. */
  readonly progress: SharedArrayBuffer;
}

/** In `progress`: no picture is being decoded, or not yet decoded. */
export const NO_IMAGE = -1;

export function progressBytes(pictures: number): number {
  return 4 * (1 + pictures);
}

export interface DecodeReply {
  /** Pictures that cannot be used, with the reason. */
  readonly problems: readonly (readonly [number, string])[];
  /** A failure that is none of a picture's. */
  readonly failure?: string;
  /** How long it worked, without waiting for memory; of a thread that was ended, since it got the order. */
  readonly ms: number;
  /** Of the pictures that are files of their own. */
  readonly fileBytes: number;
  /** The thread has seen so large a picture that it had better be ended, to give back the memory. */
  readonly spent: boolean;
}
