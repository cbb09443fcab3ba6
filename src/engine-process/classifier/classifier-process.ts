import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { nodeEnvironment } from '../../endpoint/node-environment';
import { pipeTransport } from '../../endpoint/pipe-transport';
import { workerBundle } from '../../images/decoding/worker-bundle';
import { connect, RpcError } from '../../protocol/rpc';
import type { MethodName, Params, Result } from '../../protocol/rpc';
import type { ClassifierMethods } from './classifier-methods';
import { classifierHandlers } from './serve-classifier';
import { Queue } from '../../shared/queue';

const MAX_ERROR_LENGTH = 20_000;
const BUNDLE = workerBundle('worker.cjs');

/**
 * Runs a classifier in a process of its own: what others made may crash the library, take all memory or never end, and must not hold up a
 * training meanwhile. The process starts with the first call. Calls are answered one after another.
 */
export class ClassifierProcess {
  private readonly connection: Connection;
  private readonly calls = new Queue();

  constructor() {
    this.connection = BUNDLE === null ? inThisProcess() : inChild(BUNDLE);
  }

  /** @throws Error with what went wrong in it, or why it ended; the signal's reason if it is aborted before the call begins */
  call<K extends MethodName<ClassifierMethods>>(
    method: K,
    params: Params<ClassifierMethods, K>,
    signal?: AbortSignal,
  ): Promise<Result<ClassifierMethods, K>> {
    return this.calls.run(() => {
      signal?.throwIfAborted();
      return this.connection.call(method, params);
    });
  }

  /** Ends it; calls that wait fail. */
  dispose(): void {
    this.connection.dispose();
  }
}

interface Connection {
  call<K extends MethodName<ClassifierMethods>>(
    method: K,
    params: Params<ClassifierMethods, K>,
  ): Promise<Result<ClassifierMethods, K>>;
  dispose(): void;
}

/** From sources there is no bundle to start. */
function inThisProcess(): Connection {
  const { handlers, dispose } = classifierHandlers();
  const { signal } = new AbortController();
  return {
    // A promise, whatever the handler gives or throws.
    call: async (method, params) => {
      const handle = handlers[method].bind(handlers);
      return await handle(params, signal);
    },
    dispose,
  };
}

function inChild(bundle: string): Connection {
  const child = spawn(process.execPath, [bundle, JSON.stringify({ mode: 'classify' })], {
    env: nodeEnvironment(),
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const end = endOf(child);
  void end.then(() => process.off('exit', kill));
  const client = connect<ClassifierMethods, object>(pipeTransport(child.stdout, child.stdin));
  return {
    async call(method, params) {
      try {
        return await client.call(method, params);
      } catch (error) {
        if (!(error instanceof RpcError) || error.code !== 'closed') throw error;
        throw new Error(await end, { cause: error });
      }
    },
    dispose() {
      kill();
      client.dispose();
    },
  };
}

/** Resolves when a process has ended, to what it said last or how it ended. */
function endOf(child: ChildProcess): Promise<string> {
  let errors = '';
  child.stderr!.setEncoding('utf8').on('data', (piece: string) => {
    errors = (errors + piece).slice(-MAX_ERROR_LENGTH);
  });
  return new Promise((resolve) => {
    child.once('error', (error) =>
      resolve(`the process that runs the classifier does not start: ${error.message}`),
    );
    child.once('close', (code, signal) => {
      const said = errors.trim().split('\n').at(-1) ?? '';
      resolve(
        said ||
          `the process that runs the classifier ended with ${signal ?? code} and gave no reason: the library crashed, or memory was short`,
      );
    });
  });
}
