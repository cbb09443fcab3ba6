import type { RunToCompare } from '../../src/protocol/compare';

const withoutTime = (name: string): string => name.replace(/^\d{8}-\d{6}-(?=.)/, '');

/** Returns display names by URI: without the timestamp that run folders begin with, unless that makes names ambiguous. */
export function runNames(runs: readonly RunToCompare[]): ReadonlyMap<string, string> {
  const short = runs.map(({ name }) => withoutTime(name));
  return new Map(
    runs.map(({ uri, name }, i) => [
      uri,
      short.filter((each) => each === short[i]).length > 1 ? name : short[i]!,
    ]),
  );
}
