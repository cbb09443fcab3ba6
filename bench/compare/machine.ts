import { readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { findProgram } from '../../src/setup/run.mjs';
import { instructionSet } from '../../src/engine/processor';

/** What a reader needs to know of the machine, and no more. */
export function machineLines(threads: number, pinned: readonly number[] | null): string[] {
  const where = pinned ? `pinned to cores ${pinned.join(', ')}` : 'not pinned to cores';
  return [
    `- Processor: ${cpus()[0]?.model.trim() ?? 'unknown'}, ${instructionSet()}; ${cpus().length} cores`,
    `- Each contender: ${threads} threads, ${where}`,
    `- System: ${process.platform} ${process.arch}, Node ${process.versions.node}`,
  ];
}

/** Adds up what other programs take of the cores' time while contenders work. */
export class Watch {
  private others = 0;
  private all = 0;
  private readonly loads: number[] = [];

  /** @param work gives the processor time in seconds that the work itself took */
  async during(work: () => Promise<number>): Promise<void> {
    const before = coreTimes();
    this.loads.push(loadavg()[0]!);
    const own = await work();
    const after = coreTimes();
    this.others += Math.max(0, after.busy - before.busy - 1000 * own);
    this.all += after.all - before.all;
  }

  /** From 0 to 1. */
  get share(): number {
    return this.all === 0 ? 0 : this.others / this.all;
  }

  /** Processes that run or wait to run, a minute's mean as the system tells it: lowest and highest. The contender is one or several of them. */
  get load(): readonly [number, number] {
    return [Math.min(...this.loads), Math.max(...this.loads)];
  }
}

function coreTimes(): { busy: number; all: number } {
  const times = cpus().map((core) => core.times);
  const all = times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0);
  return { busy: all - times.reduce((sum, { idle }) => sum + idle, 0), all };
}

/** The first `count` cores that this process may use, or null where processes cannot be pinned. */
export function coresToPin(count: number): number[] | null {
  if (process.platform !== 'linux' || findProgram(['taskset']) === null) return null;
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  const cores = (list ?? '').split(',').flatMap((part) => {
    const [first, last = first] = part.split('-').map(Number);
    return Array.from({ length: last! - first! + 1 }, (_, i) => first! + i);
  });
  return cores.length < count ? null : cores.slice(0, count);
}

/** The environment in which every library finds the same number of threads. */
export function threadEnvironment(threads: number): NodeJS.ProcessEnv {
  const count = String(threads);
  return {
    ...process.env,
    OMP_NUM_THREADS: count,
    MKL_NUM_THREADS: count,
    OPENBLAS_NUM_THREADS: count,
    // XLA's thread pool.
    NPROC: count,
    // torch.compile would start a pool of compilers that stay.
    TORCHINDUCTOR_COMPILE_THREADS: '1',
    TF_CPP_MIN_LOG_LEVEL: '3',
    // No accelerator takes part.
    CUDA_VISIBLE_DEVICES: '-1',
    JAX_PLATFORMS: 'cpu',
    PYTHONDONTWRITEBYTECODE: '1',
  };
}
