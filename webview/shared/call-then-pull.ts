import type { Signal } from '@preact/signals';
import { toFailure } from '../../src/protocol/rpc';

/**
 * Runs a call that changes what the host answers, and pulls that anew, whether it succeeded or not.
 * @param failed why the call failed; empty if it did not
 */
export async function callThenPull(
  call: () => Promise<void>,
  failed: Signal<string>,
  pull: () => void,
): Promise<void> {
  try {
    await call();
    failed.value = '';
  } catch (error) {
    failed.value = toFailure(error).message;
  }
  pull();
}
