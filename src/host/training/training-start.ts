import { LOG_FILE, readLog } from '../../endpoint/engine-log';
import { fileStamp } from '../../runs/guarded-files';
import { inRun } from '../../runs/guarded-path';
import { readMetricLines, recordedBytes } from '../../runs/metrics';
import type { EngineConnection } from '../engines/engine-connection';
import type { Disposable } from '../emitter';

/** What the run folder records of a training since its start. */
interface Recorded {
  /** Whether it wrote a metrics line without failing. */
  readonly began: boolean;
  /** Reason of the failure, or empty. */
  readonly failure: string;
}

/**
 * A training that has just been started. The engine of a short training may exit before its status is requested, so everything
 * recorded since the start counts, in whatever order events arrive.
 */
export class TrainingStart {
  private constructor(
    readonly connection: EngineConnection,
    private readonly metricsBefore: number,
    private readonly logBefore: number,
  ) {}

  /** Call before the engine starts: whatever the folder contains by then belongs to earlier trainings. */
  static async of(connection: EngineConnection): Promise<TrainingStart> {
    const { runFolder } = connection;
    const metrics = await recordedBytes(runFolder).catch(() => 0);
    const log = await fileStamp(inRun(runFolder, LOG_FILE));
    return new TrainingStart(connection, metrics, log?.size ?? 0);
  }

  async recorded(): Promise<Recorded> {
    const lines = await readMetricLines(this.connection.runFolder, this.metricsBefore).catch(() => []);
    const last = lines.at(-1);
    const failed = last?.type === 'ended' && last.state === 'failed';
    if (failed) return { began: false, failure: last.message };
    if (last !== undefined) return { began: true, failure: '' };
    // A failed resume leaves the metrics unchanged; only the log records it.
    const { failure } = await readLog(this.connection.runFolder, this.logBefore);
    return { began: false, failure };
  }

  /**
   * Resolves once the dataset is loaded and training runs, or has ended normally.
   * @throws Error with the engine's failure message, or else with the end of its log
   */
  prepared(): Promise<void> {
    const { connection } = this;
    return new Promise((resolve, reject) => {
      const subscriptions: Disposable[] = [];
      const settle = (failure: string | null): void => {
        for (const subscription of subscriptions.splice(0)) subscription.dispose();
        if (failure === null) resolve();
        else reject(new Error(failure));
      };
      const check = (): void => {
        const { mode, status } = connection;
        if (mode !== 'train') void this.failure().then(settle);
        // Wait for the failure message, which arrives shortly after the state.
        else if (status?.state === 'failed' && status.message !== '') settle(status.message);
        else if (status && status.state !== 'preparing' && status.state !== 'failed') settle(null);
      };
      subscriptions.push(
        connection.lost(({ last }) => {
          if (last?.state === 'finished' || last?.state === 'stopped') settle(null);
          else if (last?.state === 'failed' && last.message !== '') settle(last.message);
        }),
        connection.changed(check),
      );
      check();
    });
  }

  /** Returns why the engine has gone; null if it had started training. */
  private async failure(): Promise<string | null> {
    const { began, failure } = await this.recorded();
    if (began) return null;
    if (failure !== '') return failure;
    const { end } = await readLog(this.connection.runFolder, this.logBefore);
    return `the engine process ended while it prepared the run. ${end}`.trim();
  }
}
