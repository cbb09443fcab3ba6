import type { Readable, Writable } from 'node:stream';

/** Standard input and output of a command that speaks a protocol on them, so that nothing else may be written there. */
export interface ProtocolStreams {
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly output: Writable;
}
