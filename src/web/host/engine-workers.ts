import type { FromWorker, ToWorker, WorkerEnd, WorkerJob } from '../engine/start-order';
import type { FileSystem } from '../files/file-system';
import { serveFiles } from '../files/port-files';
import { portTransport } from '../files/port-transport';
import type { Port } from '../files/port-transport';
import type { Transport } from '../../protocol/rpc';

/** The part of a browser's Worker that is used here. */
export interface BrowserWorker extends Port {
  onerror: ((event: { readonly message?: string }) => void) | null;
  terminate(): void;
}

/** What workers are made of. */
export interface WorkerSource {
  create(): Promise<BrowserWorker>;
  readonly files: FileSystem;
}

let source: WorkerSource | null = null;

/** Says how workers are made, before the first is started. */
export function useWorkers(chosen: WorkerSource): void {
  source = chosen;
}

/** Time that a worker has to tidy up after it was asked to stop, in ms. */
const TIDY_UP_MS = 3000;

/** A worker that the extension host has started: the engine of a run, or one command. */
export class EngineWorker {
  private static readonly living = new Set<EngineWorker>();
  /** Its number in locks; null until it has begun. */
  pid: number | null = null;
  readonly ended: Promise<WorkerEnd>;
  private end: (how: WorkerEnd) => void = () => undefined;
  /** Called with what a command prints. */
  onPrinted: (text: string, to: 'stdout' | 'stderr') => void = () => undefined;

  private constructor(
    readonly job: WorkerJob,
    private readonly worker: BrowserWorker,
  ) {
    this.ended = new Promise((resolve) => (this.end = resolve));
    void this.ended.then(() => EngineWorker.living.delete(this));
  }

  static async start(job: WorkerJob): Promise<EngineWorker> {
    if (source === null) throw new Error('no engine has been set up in this window');
    const started = new EngineWorker(job, await source.create());
    EngineWorker.living.add(started);
    started.begin(source.files);
    return started;
  }

  /** Returns the living engine of a run; null if this window has none. */
  static ofRun(runFolder: string): EngineWorker | null {
    const all = [...EngineWorker.living];
    return all.findLast(({ job }) => 'runFolder' in job && job.runFolder === runFolder) ?? null;
  }

  static isAlive(pid: number): boolean {
    return [...EngineWorker.living].some((each) => each.pid === pid);
  }

  /** Opens a connection to the engine; it ends when the worker does. */
  connect(): Transport {
    const { port1, port2 } = new MessageChannel();
    this.send({ client: port2 as unknown as Port }, [port2]);
    return portTransport(
      port1 as unknown as Port,
      this.ended.then(() => undefined),
    );
  }

  /** Asks it to stop: an engine that trains writes a checkpoint first. */
  stop(): void {
    this.send({ stop: true });
  }

  /** Ends it at once. */
  terminate(): void {
    this.worker.terminate();
    this.end({ code: 1, failure: 'it was ended' });
  }

  /** Asks it to stop, and ends it if it does not. */
  async stopOrTerminate(patience = TIDY_UP_MS): Promise<void> {
    this.stop();
    const late = setTimeout(() => this.terminate(), patience);
    await this.ended;
    clearTimeout(late);
  }

  private begin(files: FileSystem): void {
    this.worker.onmessage = ({ data }) => {
      const message = data as FromWorker;
      if ('pid' in message) this.pid = message.pid;
      else if ('printed' in message) this.onPrinted(message.printed, message.to);
      else this.end(message.ended);
    };
    this.worker.onerror = ({ message = 'it gave no reason' }) => {
      this.worker.terminate();
      this.end({ code: 1, failure: message });
    };
    const { port1, port2 } = new MessageChannel();
    serveFiles(
      portTransport(
        port1 as unknown as Port,
        this.ended.then(() => undefined),
      ),
      files,
    );
    this.send({ start: this.job, files: port2 as unknown as Port }, [port2]);
  }

  private send(message: ToWorker, transfer: readonly unknown[] = []): void {
    this.worker.postMessage(message, transfer);
  }
}
