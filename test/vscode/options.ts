import { newSeed } from './seed';

export interface Options {
  readonly seed: number;
  /** Tests whose names, or whose steps' names, match this. */
  readonly only: RegExp;
}

/** `[--seed N] [PATTERN]` @throws on a seed that is no whole number */
export function parseOptions(args: readonly string[]): Options {
  const rest = [...args];
  let seed = newSeed();
  const at = rest.indexOf('--seed');
  if (at >= 0) {
    const [, given = ''] = rest.splice(at, 2);
    if (!/^\d{1,9}$/.test(given)) throw new Error(`--seed: got '${given}', expected a whole number`);
    seed = Number(given);
  }
  return { seed, only: new RegExp(rest.join(' ')) };
}
