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

/** Returns the names of the processor's features; none where the system does not report them as Linux does. */
function processorFlags(): readonly string[] {
  return /^(?:flags|Features)\s*:(.*)$/m.exec(readText('/proc/cpuinfo'))?.[1]?.split(/\s+/) ?? [];
}

/** Features of processors that multiply numbers of bfloat16: AMX's tiles, and AVX-512's vectors. */
const BFLOAT16_FEATURES = ['amx_bf16', 'avx512_bf16'];

/** Says why this processor does not multiply numbers of bfloat16; null if it does. */
export function noBfloat16(flags = processorFlags()): string | null {
  if (flags.length === 0) return 'this system does not say whether its processor multiplies them';
  if (BFLOAT16_FEATURES.some((name) => flags.includes(name))) return null;
  return 'this processor has neither AMX nor AVX512-BF16, and would take longer than with float32';
}

/** Returns the processor's widest vector instruction set, or its architecture if the system does not report one. */
export function instructionSet(): string {
  const flags = processorFlags();
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
