import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Widest first; results of vectorised sums differ between them. */
const INSTRUCTION_SETS = ['amx_tile', 'avx512f', 'avx2', 'avx', 'sse4_2', 'asimd'];

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** The widest vector instruction set of the processor, or its architecture where the system does not tell. */
export function instructionSet(): string {
  const flags = /^(?:flags|Features)\s*:(.*)$/m.exec(readText('/proc/cpuinfo'))?.[1]?.split(/\s+/) ?? [];
  return INSTRUCTION_SETS.find((name) => flags.includes(name)) ?? process.arch;
}

/** Cores that this process may really use: more threads than that make matrix products many times slower. */
export function coreCount(): number {
  const [quota, period] = readText('/sys/fs/cgroup/cpu.max').trim().split(/\s+/).map(Number);
  const limit = quota && period ? Math.max(1, Math.floor(quota / period)) : Infinity;
  return Math.min(availableParallelism(), limit);
}
