import type { SpawnOptions } from '../../endpoint/spawn';
import { startEngine } from '../../endpoint/start-engine';
import { stopEngine } from '../../endpoint/stop-engine';
import type { StopMeans } from '../../endpoint/stop-engine';
import type { EngineStatus } from '../../protocol/engine';
import { RpcError } from '../../protocol/rpc';
import type { MethodName, Params, Result } from '../../protocol/rpc';
import type { TrainRequest } from '../../runs/config';
import { fileStamp } from '../../runs/guarded-files';
import { inRun } from '../../runs/guarded-path';
import type { ResumeChanges } from '../../runs/resume-changes';
import { EngineConnection } from './engine-connection';
import { Emitter } from '../emitter';
import type { Disposable } from '../emitter';
import { TrainingStart } from '../training/training-start';
import type { EngineMethods } from '../../protocol/schemas/engine';
import { Queues } from '../../shared/queues';

/** Which engine to start: its name or `auto`, its number of threads, 0 for one per core, and what trains: `auto`, `cpu` or `gpu`. */
export interface EngineSelection {
  readonly engine: string;
  readonly threads: number;
  /** Absent for `auto`. */
  readonly device?: string;
}

export interface EngineSettings {
  /** Folder that contains worker.cjs. */
  readonly engineFolder: string;
  /** Called at each start. */
  choose(): EngineSelection;
  /** Throws if an engine must not be started, as in an untrusted workspace. */
  checkAllowed(): void;
}

/** The engines of this window's runs: keeps one connection per run folder, and starts the processes. */
export class Engines implements Disposable {
  private readonly connections = new Map<string, EngineConnection>();
  /**
   * Last start of each run, settled either way. Starts of a run are serialised: one engine to train and one to serve must not
   * start at once.
   */
  /** An engine is started, or awaited, by one request of a run at a time. */
  private readonly turns = new Queues();
  private readonly attachedEmitter = new Emitter<EngineConnection>();
  /** Fires when a run folder is used for the first time. */
  readonly attached = this.attachedEmitter.event;
  private readonly trainingStartedEmitter = new Emitter<string>();
  /** Fires with the run folder when this window has started an engine that trains. */
  readonly trainingStarted = this.trainingStartedEmitter.event;

  constructor(private readonly settings: EngineSettings) {}

  connection(runFolder: string): EngineConnection {
    const existing = this.connections.get(runFolder);
    if (existing) return existing;
    const connection = new EngineConnection(runFolder);
    this.connections.set(runFolder, connection);
    this.attachedEmitter.fire(connection);
    return connection;
  }

  /**
   * Starts training in a new run folder; without a request, resumes the run, with `changes`. Resolves
   * when the engine answers or has ended.
   * @param engine of this start; absent for that of the settings
   */
  train(
    runFolder: string,
    request?: TrainRequest,
    changes?: ResumeChanges,
    engine?: EngineSelection,
  ): Promise<TrainingStart> {
    return this.turns.run(runFolder, async () => {
      const connection = this.connection(runFolder);
      if (await connection.connect()) {
        const { mode, status } = connection;
        // An engine that has not reported its state yet counts as training.
        if (mode === 'train' && !(status && isEnding(status))) return TrainingStart.of(connection);
        // A serving engine holds the run's endpoint, and an ending one the run's lock.
        await connection.call('stop', {}).catch(() => undefined);
        await connection.untilGone();
      }
      const start = await TrainingStart.of(connection);
      try {
        await this.start({ runFolder, mode: 'train', request, changes }, engine);
        this.trainingStartedEmitter.fire(runFolder);
      } catch (error) {
        // A short training may end before this window connects to it.
        const { began, failure } = await start.recorded();
        if (failure !== '') throw new Error(failure, { cause: error });
        if (!began) throw error;
      }
      return start;
    });
  }

  /**
   * Returns an engine that can encode and decode for this run: the one that trains it, or one started to serve it.
   * @throws RpcError `no-run`
   */
  answering(runFolder: string): Promise<EngineConnection> {
    return this.turns.run(runFolder, async () => {
      const connection = this.connection(runFolder);
      if (await connection.connect()) {
        if (!connection.status || !isEnding(connection.status)) return connection;
        await connection.untilGone();
      }
      // Starting an engine creates its folder; a deleted run must not reappear.
      if ((await fileStamp(inRun(runFolder, 'config.json'))) === null)
        throw new RpcError('no-run', `${runFolder} holds no run; it may have been removed`);
      return this.start({ runFolder, mode: 'serve' });
    });
  }

  /** Sends a request to an engine of this run. If its training ends before the reply, retries once with the next engine. */
  async ask<K extends MethodName<EngineMethods>>(
    runFolder: string,
    method: K,
    params: Params<EngineMethods, K>,
    signal?: AbortSignal,
  ): Promise<Result<EngineMethods, K>> {
    const connection = await this.answering(runFolder);
    try {
      return await connection.call(method, params, signal);
    } catch (error) {
      if (!(error instanceof RpcError) || error.code !== 'closed') throw error;
      return (await this.answering(runFolder)).call(method, params, signal);
    }
  }

  /**
   * Ends the process of an engine that does not respond: with SIGTERM, which stops it at a checkpoint, or else with SIGKILL.
   * @returns what it took; null if the process is gone, or cannot be told from another one
   * @throws UnstoppableError
   */
  async kill(connection: EngineConnection): Promise<StopMeans | null> {
    connection.noteKill();
    return stopEngine(connection.runFolder, { from: 'terminate' });
  }

  dispose(): void {
    for (const connection of this.connections.values()) connection.dispose();
    this.connections.clear();
    this.attachedEmitter.dispose();
    this.trainingStartedEmitter.dispose();
  }

  private async start(
    what: Pick<SpawnOptions, 'runFolder' | 'mode' | 'request' | 'changes'>,
    selected?: EngineSelection,
  ): Promise<EngineConnection> {
    this.settings.checkAllowed();
    const engine = selected ?? this.settings.choose();
    const connection = this.connection(what.runFolder);
    if (!connection.responding)
      throw new RpcError('not-ready', 'the engine that trains this run does not respond; wait, or stop it');
    const { engineFolder } = this.settings;
    await connection.take(await startEngine({ ...what, ...engine, engineFolder }));
    return connection;
  }
}

/** Returns whether the engine's process is about to end, or ends as soon as its checkpoint is written. */
function isEnding({ state }: EngineStatus): boolean {
  return state === 'stopping' || state === 'finished' || state === 'stopped' || state === 'failed';
}
