import { connectToRun } from '../../endpoint/client';
import type { EngineClient } from '../../endpoint/client';
import { engineProcess } from '../../endpoint/engine-process';
import type { EngineStatus } from '../../protocol/engine';

/** How long an engine may take to answer, in ms: one that compiles its graph on a busy machine is silent for seconds. */
const ANSWER_TIMEOUT_MS = 10_000;

/** The engine that trains a run, asked what it is doing. It keeps one connection, and a question goes unrepeated until answered. */
export class LiveEngine {
  /** Its last answer; null before the first one, and while no engine can be reached. */
  status: EngineStatus | null = null;
  /** False if its process is alive but does not answer. */
  isResponding = true;
  private client: EngineClient | null = null;
  private asking: Promise<void> | null = null;
  private isClosed = false;

  constructor(private readonly runFolder: string) {}

  /** Asks the engine unless it is being asked; resolves when it has answered, or not in time. Never rejects. */
  ask(): Promise<void> {
    this.asking ??= this.askOnce()
      .catch(() => {
        // Its record is not private, or it has gone meanwhile.
        this.forget();
      })
      .finally(() => (this.asking = null));
    return this.asking;
  }

  close(): void {
    this.isClosed = true;
    this.client?.dispose();
    this.forget();
  }

  private async askOnce(): Promise<void> {
    const client = this.client ?? (await this.connect());
    if (client === null) {
      this.status = null;
      this.isResponding = (await engineProcess(this.runFolder)) === null;
      return;
    }
    const timeout = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    try {
      this.status = await client.call('status', {}, timeout);
      this.isResponding = true;
    } catch {
      if (timeout.aborted) this.isResponding = false;
      else this.forget();
    }
  }

  private async connect(): Promise<EngineClient | null> {
    const connection = await connectToRun(this.runFolder, ANSWER_TIMEOUT_MS);
    if (connection === null) return null;
    const { client } = connection;
    if (this.isClosed) client.dispose();
    this.client = client;
    void client.closed.then(() => {
      if (this.client === client) this.forget();
    });
    return client;
  }

  private forget(): void {
    this.client = null;
    this.status = null;
    this.isResponding = true;
  }
}
