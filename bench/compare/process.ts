import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Hello, Prepared, Request, Round } from './protocol';
import type { Workload } from './workloads';

/** A compiler may take minutes over its first step; nothing honest takes longer than this. */
const PATIENCE_SECONDS = 600;
const LAST_WORDS = 600;

/** One contender's process, with one workload in it. */
export class ContenderProcess {
  private readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  private readonly lines: AsyncIterator<string>;
  private chatter = '';

  constructor(command: readonly string[], env: NodeJS.ProcessEnv) {
    this.child = spawn(command[0]!, command.slice(1), { env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.child.on('error', (error) => this.hear(error.message));
    // A process that died is noticed by its missing reply.
    this.child.stdin.on('error', () => undefined);
    this.child.stderr.on('data', (bytes: Buffer) => this.hear(bytes.toString()));
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  hello(): Promise<Hello> {
    return this.reply<Hello>();
  }

  prepare(workload: Workload): Promise<Prepared> {
    return this.ask<Prepared>({ do: 'prepare', workload });
  }

  round(amount: number): Promise<Round> {
    return this.ask<Round>({ do: 'round', amount });
  }

  /** Peak resident set so far in bytes, or null where the system does not tell. */
  peakBytes(): number | null {
    try {
      const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
      const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
      return kibibytes ? Number(kibibytes) * 1024 : null;
    } catch {
      return null;
    }
  }

  async quit(): Promise<void> {
    const { child } = this;
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
    this.send({ do: 'quit' });
    await ended;
    clearTimeout(timer);
  }

  private send(request: Request): void {
    this.child.stdin.write(`${JSON.stringify(request)}\n`);
  }

  private ask<T>(request: Request): Promise<T> {
    this.send(request);
    return this.reply<T>();
  }

  private async reply<T>(): Promise<T> {
    const timer = setTimeout(() => {
      this.hear(`no reply in ${PATIENCE_SECONDS} s`);
      this.child.kill('SIGKILL');
    }, PATIENCE_SECONDS * 1000);
    try {
      for (;;) {
        const next = await this.lines.next();
        if (next.done) throw new Error(`ended: ${this.chatter.trim() || 'without a word'}`);
        const { value } = next;
        if (!value.startsWith('{')) {
          this.hear(`${value}\n`);
          continue;
        }
        const reply = JSON.parse(value) as T & { readonly error?: string };
        if (reply.error !== undefined) throw new Error(reply.error);
        return reply;
      }
    } finally {
      clearTimeout(timer);
    }
  }

  private hear(text: string): void {
    this.chatter = (this.chatter + text).slice(-LAST_WORDS);
  }
}
