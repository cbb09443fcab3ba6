import { readFileSync, readdirSync } from 'node:fs';

/**
 * Returns the processor time in ms that this process has used. Tests of "this takes little time" measure it: other processes
 * make a clock go on, but not this.
 */
export function ownProcessorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Milliseconds of a tick of /proc: 100 of them a second on every Linux that Node runs on. */
const TICK = 10;

/**
 * Processor time in ms of every living process below `ancestor`, by process id; null where the system does not say (not Linux).
 */
export function childProcessorTimes(ancestor: number): Map<number, number> | null {
  let names: string[];
  try {
    names = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return null;
  }
  const all = new Map<number, { parent: number; time: number }>();
  for (const name of names) {
    try {
      // After the name, which may hold anything: state, parent, ..., user and system time as the 12th and 13th.
      const fields = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').pop()!.split(' ');
      all.set(Number(name), {
        parent: Number(fields[1]),
        time: (Number(fields[11]) + Number(fields[12])) * TICK,
      });
    } catch {
      // It has just ended.
    }
  }
  const isBelow = (id: number): boolean => {
    const parent = all.get(id)?.parent ?? 0;
    return parent === ancestor || (parent > 1 && isBelow(parent));
  };
  return new Map([...all].filter(([id]) => isBelow(id)).map(([id, { time }]) => [id, time]));
}
