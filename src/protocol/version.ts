import type { Hello } from './engine';
import { RpcError } from './rpc';

/** Methods that never change, so that engine and client of any two versions understand each other in them. */
const FROZEN_METHODS: readonly string[] = ['hello', 'status', 'stop'];

/** Returns whether a method may be called whatever the versions of the two sides. */
export const isFrozen = (method: string): boolean => FROZEN_METHODS.includes(method);

/** Describes that engine and client speak different versions of the protocol, and what to do. */
export function versionsText(engine: Pick<Hello, 'product' | 'protocol'>, client: number): string {
  return (
    `the engine of this run is ${engine.product}, with version ${engine.protocol} of the protocol; this program speaks version ${client}. ` +
    'The run can be watched and stopped. For everything else stop it, then resume it with this program'
  );
}

/** Returns the error for a method that the versions of the two sides do not share. */
export const otherVersion = (engine: Pick<Hello, 'product' | 'protocol'>, client: number): RpcError =>
  new RpcError('other-version', versionsText(engine, client));
