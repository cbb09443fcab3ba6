/**
 * What is global in Node and not in a browser. The bundles have these names in every module; the extension host's own globals, which
 * other extensions use too, stay as they are.
 */
import { EventEmitter } from './events';

export { Buffer } from './buffer';

type Task = (...args: unknown[]) => void;

let channel: InstanceType<typeof MessageChannel> | null = null;
const waiting: (() => void)[] = [];

/** Runs a task after the messages that have arrived: a timer of a browser would wait 4 ms. */
export function setImmediate(task: Task, ...args: unknown[]): void {
  if (channel === null) {
    channel = new MessageChannel();
    (channel.port1 as unknown as { onmessage: () => void }).onmessage = () => waiting.shift()?.();
  }
  waiting.push(() => task(...args));
  channel.port2.postMessage(null);
}

/** A timer of Node, which may let the process end: there is none to end. */
class Timer {
  constructor(readonly id: unknown) {}
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}

export const setTimeout = (task: Task, ms?: number, ...args: unknown[]): Timer =>
  new Timer(globalThis.setTimeout(task, ms, ...args));
export const setInterval = (task: Task, ms?: number, ...args: unknown[]): Timer =>
  new Timer(globalThis.setInterval(task, ms, ...args));
export const clearTimeout = (timer?: Timer): void => globalThis.clearTimeout(timer?.id as number);
export const clearInterval = (timer?: Timer): void => globalThis.clearInterval(timer?.id as number);

/** Identifies this page or worker among those of the browser, as a process id does among processes; never 0. */
const pid = 1 + (globalThis.crypto.getRandomValues(new Uint32Array(1))[0]! >>> 2);

const signals = new EventEmitter();

export const process = {
  env: {} as Record<string, string | undefined>,
  argv: [] as string[],
  platform: 'browser',
  arch: 'wasm32',
  version: '(none)',
  versions: {} as Record<string, string>,
  pid,
  execPath: '',
  cwd: () => '/',
  nextTick: (task: Task, ...args: unknown[]) => queueMicrotask(() => task(...args)),
  stdout: {},
  stderr: {},
  on: (event: string, listener: Task) => listening(() => signals.on(event, listener)),
  once: (event: string, listener: Task) => listening(() => signals.once(event, listener)),
  off: (event: string, listener: Task) => listening(() => signals.off(event, listener)),
  listenerCount: (event: string) => signals.listenerCount(event),
  /** Tells of a signal, as SIGTERM, that the page sends in place of the system. */
  emit: (event: string, ...args: unknown[]) => signals.emit(event, ...args),
  emitWarning: () => undefined,
  memoryUsage: () => ({ rss: 0, heapUsed: 0, external: 0, arrayBuffers: 0 }),
};

function listening(change: () => unknown): unknown {
  change();
  return process;
}
