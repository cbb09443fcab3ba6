/** Stands in for `src/endpoint/client.ts`: an engine is a worker of this window. */
import { setTimeout as sleep } from '../node/timers-promises';
import type { connectToRun as connectOriginal, waitForEngine as waitOriginal } from '../../endpoint/client';
import { PROTOCOL_VERSION } from '../../protocol/engine';
import type { EngineEvents } from '../../protocol/engine';
import { connect } from '../../protocol/rpc';
import type { EngineMethods } from '../../protocol/schemas/engine';
import { EngineWorker } from './engine-workers';

const HANDSHAKE_TIMEOUT_MS = 30_000;

export const connectToRun: typeof connectOriginal = async (runFolder, timeout = HANDSHAKE_TIMEOUT_MS) => {
  const worker = EngineWorker.ofRun(runFolder);
  if (worker === null) return null;
  const client = connect<EngineMethods, EngineEvents>(worker.connect());
  try {
    const params = { protocol: PROTOCOL_VERSION, token: '' };
    const hello = await client.call('hello', params, AbortSignal.timeout(timeout));
    return { client, hello };
  } catch {
    client.dispose();
    return null;
  }
};

export const waitForEngine: typeof waitOriginal = async (runFolder, mode, timeout, signal) => {
  const end = performance.now() + timeout;
  while (performance.now() < end && !signal?.aborted) {
    const connection = await connectToRun(runFolder, Math.max(1, end - performance.now()));
    if (connection && (mode === 'serve' || connection.hello.mode === 'train')) return connection;
    connection?.client.dispose();
    await sleep(50);
  }
  return null;
};
