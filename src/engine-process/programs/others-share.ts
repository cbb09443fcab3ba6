import { cpus } from 'node:os';

interface Sample {
  /** Time that all cores were busy and that they had, in ms. */
  readonly busy: number;
  readonly all: number;
  /** Processor time of this process, in ms. */
  readonly own: number;
}

/** Reads how busy the cores have been, by whom, since they were started. */
export function processorSample(): Sample {
  const times = cpus().map((core) => core.times);
  const all = times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0);
  const { user, system } = process.cpuUsage();
  return { busy: all - times.reduce((sum, { idle }) => sum + idle, 0), all, own: (user + system) / 1000 };
}

/** Returns the share of all cores' time between two samples that other processes took, from 0 to 1. */
export function othersShare(before: Sample, after: Sample): number {
  const all = after.all - before.all;
  if (all <= 0) return 0;
  const others = after.busy - before.busy - (after.own - before.own);
  return Math.min(1, Math.max(0, others / all));
}
