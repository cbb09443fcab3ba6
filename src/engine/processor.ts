import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Vector instruction sets, widest first; results of vectorised sums differ between them. */
const INSTRUCTION_SETS = ['amx_tile', 'avx512f', 'avx2', 'avx', 'sse4_2', 'asimd'];

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Returns the processor's widest vector instruction set, or its architecture if the system does not report one. */
export function instructionSet(): string {
  const flags = /^(?:flags|Features)\s*:(.*)$/m.exec(readText('/proc/cpuinfo'))?.[1]?.split(/\s+/) ?? [];
  return INSTRUCTION_SETS.find((name) => flags.includes(name)) ?? process.arch;
}

/**
 * Returns how many cores this process may use, within the cgroup quota: more threads make matrix products many times slower.
 */
export function coreCount(): number {
  const [quota, period] = readText('/sys/fs/cgroup/cpu.max').trim().split(/\s+/).map(Number);
  const limit = quota && period ? Math.max(1, Math.floor(quota / period)) : Infinity;
  return Math.min(availableParallelism(), limit);
}
