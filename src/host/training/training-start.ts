import { fileStamp, readEnd } from '../../runs/guarded-files';
import { inRun } from '../../runs/guarded-path';
import { readMetricLines } from '../../runs/metrics';
import type { Attachment } from '../engines/engine-connection';
import type { Disposable } from '../emitter';

const LOG_FILE = 'log.txt';
/** How much of the log is searched for the reason of a failure, in bytes, and how much of it is quoted where there is none. */
const LOG_TAIL = 4000;
const MAX_QUOTE_LENGTH = 600;

/** What the folder of a run says of a training since it was started. */
interface Recorded {
  /** It got as far as writing a line, or ended well. */
  readonly began: boolean;
  /** Why it failed, or empty. */
  readonly failure: string;
}

/**
 * A training that was started just now. Its engine may end before anybody asks how it stands, as a short training does:
 * what it wrote since then counts, whichever event came first.
 */
export class TrainingStart {
  private constructor(
    readonly attachment: Attachment,
    private readonly linesBefore: number,
    private readonly logBefore: number,
  ) {}

  /** Called before the engine is started: what the folder has by now is of earlier trainings. */
  static async of(attachment: Attachment): Promise<TrainingStart> {
    const { runFolder } = attachment;
    const lines = await readMetricLines(runFolder).catch(() => []);
    const log = await fileStamp(inRun(runFolder, LOG_FILE));
    return new TrainingStart(attachment, lines.length, log?.size ?? 0);
  }

  async recorded(): Promise<Recorded> {
    const lines = await readMetricLines(this.attachment.runFolder).catch(() => []);
    const last = lines.slice(this.linesBefore).at(-1);
    const failed = last?.type === 'ended' && last.state === 'failed';
    if (failed) return { began: false, failure: last.message };
    if (last !== undefined) return { began: true, failure: '' };
    // A run that could not be resumed stays what it was: its log alone tells.
    const { failure } = await readLog(this.attachment.runFolder, this.logBefore);
    return { began: false, failure };
  }

  /**
   * Resolves once the dataset is read and training runs, or has ended well.
   * @throws Error with the engine's own words when that failed; with the end of its log when it left none
   */
  prepared(): Promise<void> {
    const { attachment } = this;
    return new Promise((resolve, reject) => {
      const subscriptions: Disposable[] = [];
      const settle = (failure: string | null): void => {
        for (const subscription of subscriptions.splice(0)) subscription.dispose();
        if (failure === null) resolve();
        else reject(new Error(failure));
      };
      const look = (): void => {
        const { mode, status } = attachment;
        if (mode !== 'train') void this.failure().then(settle);
        // A failure is told with its message, which comes a moment after the state.
        else if (status?.state === 'failed' && status.message !== '') settle(status.message);
        else if (status && status.state !== 'preparing' && status.state !== 'failed') settle(null);
      };
      subscriptions.push(
        attachment.lost(({ last }) => {
          if (last?.state === 'finished' || last?.state === 'stopped') settle(null);
          else if (last?.state === 'failed' && last.message !== '') settle(last.message);
        }),
        attachment.changed(look),
      );
      look();
    });
  }

  /** Null where the engine that has gone did begin to train. */
  private async failure(): Promise<string | null> {
    const { began, failure } = await this.recorded();
    if (began) return null;
    if (failure !== '') return failure;
    const { end } = await readLog(this.attachment.runFolder, this.logBefore);
    return `the engine process ended while it prepared the run. ${end}`.trim();
  }
}

/** What an engine wrote for people since it was started: why it failed, or empty; and the end of all that. */
export async function readLog(
  runFolder: string,
  start: number,
): Promise<{ readonly failure: string; readonly end: string }> {
  const text = await readEnd(inRun(runFolder, LOG_FILE), LOG_TAIL, start);
  const failures = [...text.matchAll(/^\S+Z failed: (.+)$/gm)];
  return { failure: failures.at(-1)?.[1] ?? '', end: text.trim().slice(-MAX_QUOTE_LENGTH) };
}
