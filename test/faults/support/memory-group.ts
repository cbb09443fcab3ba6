import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const V1 = '/sys/fs/cgroup/memory';
const V2 = '/sys/fs/cgroup';
const isV1 = existsSync(join(V1, 'memory.limit_in_bytes'));
const FILES = isV1
  ? { root: V1, limit: 'memory.limit_in_bytes', events: 'memory.oom_control' }
  : { root: V2, limit: 'memory.max', events: 'memory.events' };

/** Takes more and more memory. */
const EATER = 'const all = []; for (;;) all.push(Buffer.alloc(1 << 24, 1));';

/** A control group of Linux whose memory is limited. */
export class MemoryGroup {
  private constructor(private readonly folder: string) {}

  /** Returns null where this user may not make one. */
  static async make(name: string, bytes: number): Promise<MemoryGroup | null> {
    const folder = join(FILES.root, `vae-test-${process.pid}-${name}`);
    try {
      await mkdir(folder);
      const group = new MemoryGroup(folder);
      await group.limit(bytes);
      return group;
    } catch {
      await rmdir(folder).catch(() => undefined);
      return null;
    }
  }

  async limit(bytes: number): Promise<void> {
    await writeFile(join(this.folder, FILES.limit), String(bytes));
  }

  /** A line of a shell that moves the shell into the group. */
  get enter(): string {
    return `echo $$ > ${this.folder}/cgroup.procs`;
  }

  /** Processes of the group that the system has ended. */
  async kills(): Promise<number> {
    return Number(/^oom_kill (\d+)$/m.exec(await readFile(join(this.folder, FILES.events), 'utf8'))![1]);
  }

  /** Uses up the group's memory; the system then ends `victim`, a process of the group. */
  async exhaust(victim: number): Promise<void> {
    await writeFile(`/proc/${victim}/oom_score_adj`, '1000');
    const before = await this.kills();
    const eater = spawn('sh', ['-c', `${this.enter}; exec "$0" -e '${EATER}'`, process.execPath], {
      stdio: 'ignore',
    });
    const ended = new Promise((resolve) => eater.once('exit', resolve));
    while ((await this.kills()) === before) await new Promise((resolve) => setTimeout(resolve, 20));
    eater.kill('SIGKILL');
    await ended;
  }

  async dispose(): Promise<void> {
    while (await rmdir(this.folder).catch(() => true))
      await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
