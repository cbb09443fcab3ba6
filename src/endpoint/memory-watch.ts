import { readFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { dirname, join } from 'node:path';

const read = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');

/** Where the two versions of Linux' control groups lie, and the names of their files. */
const VERSIONS = [
  { line: /^0::(.*)$/m, root: '/sys/fs/cgroup', events: 'memory.events', limit: 'memory.max' },
  {
    line: /^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(.*)$/m,
    root: '/sys/fs/cgroup/memory',
    events: 'memory.oom_control',
    limit: 'memory.limit_in_bytes',
  },
] as const;

/**
 * Tells whether the system has ended a process for lack of memory. Linux counts that in the process's control group, whether a
 * container's limit was reached or the machine's memory was full.
 */
export class MemoryWatch {
  private constructor(
    /** File with the count; null if this system has none. */
    private readonly events: string | null,
    private readonly before: number,
    /** Memory that the process could use, in bytes. */
    readonly limit: number,
  ) {}

  /** Starts to watch a live process, which may end at any time. */
  static async of(pid: number): Promise<MemoryWatch> {
    const groups = await read(`/proc/${pid}/cgroup`);
    for (const { line, root, events, limit } of VERSIONS) {
      const path = line.exec(groups)?.[1];
      if (path === undefined) continue;
      let most = totalmem();
      let counted: string | null = null;
      // A container sees its own group as the root, and limits of outer groups count, too.
      for (let folder = join(root, path); folder.startsWith(root); folder = dirname(folder)) {
        if ((await read(join(folder, events))).includes('oom_kill ')) counted ??= join(folder, events);
        most = Math.min(most, Number.parseInt(await read(join(folder, limit)), 10) || most);
      }
      if (counted !== null) return new MemoryWatch(counted, await killsIn(counted), most);
    }
    return new MemoryWatch(null, 0, totalmem());
  }

  /** Whether the system has ended a process of the group since the watch began. */
  async hasKilled(): Promise<boolean> {
    return this.events !== null && (await killsIn(this.events)) > this.before;
  }
}

async function killsIn(file: string): Promise<number> {
  return Number(/^oom_kill (\d+)$/m.exec(await read(file))?.[1] ?? 0);
}
