import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import type { DeviceChoice } from '../device';
import { compileCache } from './compile-cache';
import { ranksInEnvironment } from './ranks-in-environment';
import { encodeMessage, MessageReader } from './wire';
import type { JaxMessage, WireArray } from './wire';

/** Which Python runs JAX. */
export interface JaxPython {
  readonly python: string;
  /** Whether set-up made it: it then ignores what a user's environment says about Python. */
  readonly isOwn: boolean;
  /** Folder for what is compiled; absent to compile anew each time. */
  readonly cache?: string;
}

/** What a process says about itself at its start. */
export interface JaxDescription {
  readonly jax: string;
  /** `cpu`, `gpu` or `tpu`. */
  readonly platform: string;
  /** Of all ranks. */
  readonly devices: readonly string[];
  /** Number of devices that share each minibatch. */
  readonly shards: number;
}

/** The process that runs JAX has ended, did not start, or answered with what is no answer. */
export class JaxProcessError extends Error {
  override readonly name = 'JaxProcessError';
  /** @param signal that ended it, if one did */
  constructor(
    message: string,
    readonly signal: NodeJS.Signals | null = null,
  ) {
    super(message);
  }
}

/** Of the messages; python/latent_explorer_jax/main.py has the same. */
const PROTOCOL = 2;
/** Time to import JAX and find the devices, in ms: a slow disk or a busy machine takes a while to read 300 MB. */
const START_TIMEOUT_MS = 120_000;
/** The same, where it waits for other ranks: the first one reads its images before. */
const JOIN_TIMEOUT_MS = 3_600_000;
const MAX_OUTPUT_LENGTH = 20_000;
const MAX_QUOTE_LENGTH = 300;

interface Pending {
  readonly resolve: (message: JaxMessage) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A process of Python that computes with JAX for this one. Its standard streams are the connection: a pair of sockets, or of pipes on
 * Windows, that only these two processes have, and that close when either ends, however it does.
 */
export class JaxProcess {
  private readonly pending: Pending[] = [];
  private readonly reader = new MessageReader();
  private failure: JaxProcessError | null = null;
  private said = '';
  /** Whether it computes on the processor; known once it has started. */
  isProcessor = false;
  /** Number of processes that share each minibatch. */
  readonly ranks = ranksInEnvironment()?.count ?? 1;
  /** Number of the next session. */
  private sessions = 0;

  private constructor(private readonly child: ChildProcess) {
    child.once('error', (error) =>
      this.fail(new JaxProcessError(`Python cannot be started: ${error.message}`)),
    );
    // Once all that it said has arrived.
    child.once('close', (code, signal) => this.fail(this.ended(code, signal)));
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.said = (this.said + text).slice(-MAX_OUTPUT_LENGTH);
    });
    // That it has ended says more.
    child.stdin!.on('error', () => undefined);
    child.stdout!.on('data', (chunk: Buffer) => this.receive(chunk));
    this.letGo();
  }

  /**
   * Starts a process and waits until JAX is loaded.
   * @param folder with the Python sources @param threads for computing on the processor
   * @param device to insist on @throws JaxProcessError if it does not start, or JAX is missing or too old
   */
  static async start(
    { python, isOwn, cache }: JaxPython,
    folder: string,
    threads: number,
    device: DeviceChoice,
  ): Promise<{ readonly process: JaxProcess; readonly description: JaxDescription }> {
    const child = spawn(python, [...(isOwn ? ['-I'] : []), '-B', folder], {
      env: environment(threads, device, cache === undefined ? {} : await compileCache(cache)),
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    const started = new JaxProcess(child);
    const timeout = started.ranks === 1 ? START_TIMEOUT_MS : JOIN_TIMEOUT_MS;
    const late = setTimeout(
      () => started.end(new JaxProcessError(`it was not ready after ${timeout / 1000} s`)),
      timeout,
    );
    try {
      const { header } = await started.reply();
      const description = started.accepted(header);
      started.isProcessor = description.platform === 'cpu';
      return { process: started, description };
    } finally {
      clearTimeout(late);
    }
  }

  /** Returns a number for a session that no other has. */
  newSession(): number {
    return this.sessions++;
  }

  /**
   * Calls it. Calls are answered in order.
   * @throws JaxProcessError if it has ended or ends; Error with what went wrong in it
   */
  async call(header: object, arrays: Readonly<Record<string, WireArray>> = {}): Promise<JaxMessage> {
    if (this.failure) throw this.failure;
    const reply = this.reply();
    for (const part of encodeMessage(header, arrays)) this.child.stdin!.write(part);
    const message = await reply;
    const { error } = message.header;
    if (typeof error === 'string') throw new Error(`JAX: ${error}`);
    return message;
  }

  private reply(): Promise<JaxMessage> {
    return new Promise((resolve, reject) => {
      if (this.failure) return reject(this.failure);
      this.pending.push({ resolve, reject });
      // A reply is worth waiting for; the process as such is not.
      (this.child.stdout as Socket).ref();
    });
  }

  private receive(chunk: Buffer): void {
    try {
      for (const message of this.reader.push(chunk)) this.pending.shift()?.resolve(message);
    } catch (error) {
      return this.end(new JaxProcessError(`its reply is not a message: ${(error as Error).message}`));
    }
    if (this.pending.length === 0) (this.child.stdout as Socket).unref();
  }

  /** Returns what it says about itself. @throws JaxProcessError if it cannot be used */
  private accepted(header: JaxMessage['header']): JaxDescription {
    const { protocol, missing, jax, platform, devices, shards, python } = header;
    const problem =
      protocol !== PROTOCOL
        ? `it speaks version ${JSON.stringify(protocol)} of the messages, expected ${PROTOCOL}`
        : typeof missing === 'string'
          ? `Python ${String(python)} at ${this.child.spawnfile}: ${missing}`
          : null;
    const isComplete =
      typeof jax === 'string' &&
      typeof platform === 'string' &&
      Array.isArray(devices) &&
      Number.isSafeInteger(shards) &&
      Number(shards) >= 1;
    if (problem === null && isComplete)
      return { jax, platform, devices: devices.map(String), shards: Number(shards) };
    const error = new JaxProcessError(problem ?? 'it does not say what it computes with');
    this.end(error);
    throw error;
  }

  private end(error: JaxProcessError): void {
    this.fail(error);
    this.child.kill('SIGKILL');
  }

  private fail(error: JaxProcessError): void {
    this.failure ??= error;
    for (const { reject } of this.pending.splice(0)) reject(this.failure);
  }

  private ended(code: number | null, signal: NodeJS.Signals | null): JaxProcessError {
    const last = this.said.trim().split('\n').at(-1)!.slice(0, MAX_QUOTE_LENGTH);
    const how = signal === null ? `has ended with exit code ${code}` : `was ended by ${signal}`;
    return new JaxProcessError(`the process that runs JAX ${how}${last === '' ? '' : `: ${last}`}`, signal);
  }

  /** Lets this process end although the other one runs. */
  private letGo(): void {
    this.child.unref();
    for (const stream of [this.child.stdin, this.child.stdout, this.child.stderr]) (stream as Socket).unref();
  }
}

/** What JAX calls what it shall compute on, and nothing else; by default it takes the best that it finds. */
const PLATFORMS: Readonly<Record<DeviceChoice, NodeJS.ProcessEnv>> = {
  auto: {},
  cpu: { JAX_PLATFORMS: 'cpu' },
  gpu: { JAX_PLATFORMS: 'cuda' },
};

function environment(threads: number, device: DeviceChoice, compiled: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    // One program does not take all of a graphics card's memory, unless the user says so: a run and its explorer share it.
    XLA_PYTHON_CLIENT_PREALLOCATE: 'false',
    // Warnings and reports of the libraries are of no use to a person.
    TF_CPP_MIN_LOG_LEVEL: '2',
    ...compiled,
    ...process.env,
    // Of XLA's own pool of threads.
    NPROC: String(threads),
    ...PLATFORMS[device],
  };
}
