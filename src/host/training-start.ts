import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { readMetricLines } from '../runs/metrics';
import type { Attachment } from './attachment';
import type { Disposable } from './emitter';

/** How much of the log an error quotes, in bytes. */
const LOG_TAIL = 600;

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
  ) {}

  /** Called before the engine is started: what the folder has by now is of earlier trainings. */
  static async of(attachment: Attachment): Promise<TrainingStart> {
    const lines = await readMetricLines(attachment.runFolder).catch(() => []);
    return new TrainingStart(attachment, lines.length);
  }

  async recorded(): Promise<Recorded> {
    const lines = await readMetricLines(this.attachment.runFolder).catch(() => []);
    const last = lines.slice(this.linesBefore).at(-1);
    const failed = last?.type === 'ended' && last.state === 'failed';
    return { began: last !== undefined && !failed, failure: failed ? last.message : '' };
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
    const log = await logTail(this.attachment.runFolder);
    return `the engine process ended while it prepared the run. ${log}`.trim();
  }
}

/** The end of what the engine wrote for people. */
export async function logTail(runFolder: string): Promise<string> {
  const file = await open(join(runFolder, 'log.txt')).catch(() => null);
  if (!file) return '';
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - LOG_TAIL);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(LOG_TAIL), 0, LOG_TAIL, start);
    return buffer.toString('utf8', 0, bytesRead).trim();
  } finally {
    await file.close();
  }
}
