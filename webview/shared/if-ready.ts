import { toFailure } from '../../src/protocol/rpc';

/** Waits for an answer of the engine. @returns null while no engine can answer, or it has nothing to answer with yet */
export async function ifReady<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (toFailure(error).code === 'not-ready') return null;
    throw error;
  }
}
