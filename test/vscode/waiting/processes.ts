import { readdir, readFile, readlink } from 'node:fs/promises';
import type { Witness } from './watch';

/** Of the system's clock in /proc, a second. */
const TICKS = 100;

interface Process {
  readonly pid: number;
  readonly parent: number;
  /** Processor time, in seconds. */
  readonly used: number;
}

/** All processes; none where the system has no /proc. */
async function processes(): Promise<Process[]> {
  const names = await readdir('/proc').catch(() => []);
  const all = await Promise.all(
    names
      .filter((name) => /^\d+$/.test(name))
      .map(async (name) => {
        const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => null);
        if (stat === null) return null;
        const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        const used = (Number(fields[11]) + Number(fields[12])) / TICKS;
        return { pid: Number(name), parent: Number(fields[1]), used };
      }),
  );
  return all.filter((one) => one !== null);
}

/** Processor time of a process and of all that it started, such as an editor with its browser. */
export function timeOfTree(name: string, root: () => number | undefined, least: number): Witness {
  return {
    ...{ name, least },
    async measure() {
      const first = root();
      if (first === undefined) return 0;
      const all = await processes();
      const inTree = new Set([first]);
      // Parents have lower numbers but for a wrap-around, which a second pass would see.
      for (let pass = 0; pass < 2; pass++)
        for (const { pid, parent } of all) if (inTree.has(parent)) inTree.add(pid);
      return all.filter(({ pid }) => inTree.has(pid)).reduce((sum, { used }) => sum + used, 0);
    },
  };
}

/** Processes that work inside a folder: the engines of its runs. None where the system has no /proc. */
export async function processesIn(folder: string): Promise<Process[]> {
  const all = await Promise.all(
    (await processes()).map(async (one) => {
      const at = await readlink(`/proc/${one.pid}/cwd`).catch(() => '');
      return at.startsWith(`${folder}/`) ? one : null;
    }),
  );
  return all.filter((one) => one !== null);
}

/** Processor time of what works inside a folder. */
export function timeIn(folder: string, least: number): Witness {
  return {
    ...{ name: 'processor time of engines', least },
    async measure() {
      return (await processesIn(folder)).reduce((sum, { used }) => sum + used, 0);
    },
  };
}
