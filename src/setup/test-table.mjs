/** @typedef {{ seed: number, seconds: number, code: number, results: readonly import('./test-report.mjs').TestResult[] }} Round */

/** Number of always-passing tests to list, ordered by their slowest round. */
const PASSED = 10;

/**
 * Tabulates rounds of the same tests: every test that failed, with the seeds and first lines of its failures, and the slowest
 * of the others.
 * @param {readonly Round[]} rounds
 */
export function tabulate(rounds) {
  /** @type {Map<string, { seed: number, result: import('./test-report.mjs').TestResult }[]>} */
  const tests = new Map();
  for (const { seed, results } of rounds)
    for (const result of results)
      tests.set(result.name, [...(tests.get(result.name) ?? []), { seed, result }]);
  const rows = [...tests].map(([name, runs]) => {
    const seconds = runs.map(({ result }) => result.seconds).toSorted((a, b) => a - b);
    return {
      name,
      passed: runs.filter(({ result }) => result.state === 'passed').length,
      failures: runs.filter(({ result }) => result.state === 'failed'),
      median: seconds[Math.floor(seconds.length / 2)] ?? 0,
      slowest: seconds.at(-1) ?? 0,
    };
  });
  rows.sort((a, b) => b.failures.length - a.failures.length || b.slowest - a.slowest);
  const failing = rows.filter(({ failures }) => failures.length > 0);
  const lines = ['passed  failed   median  slowest  test'];
  for (const { name, passed, failures, median, slowest } of rows.slice(0, failing.length + PASSED)) {
    const figures = [String(passed).padStart(6), String(failures.length).padStart(6)];
    const times = [median, slowest].map((value) => `${value.toFixed(1)} s`.padStart(7));
    lines.push([...figures, ...times, name].join('  '));
    for (const { seed, result } of failures) lines.push(`${' '.repeat(34)}seed ${seed}: ${result.why}`);
  }
  // A round without results, or with a failure outside any test, has not passed.
  const whole = rounds.filter(({ code, results }) => code === 0 && results.length > 0).length;
  lines.push(
    '',
    `${tests.size} tests, ${failing.length} of which failed; ${whole} of ${rounds.length} rounds passed`,
  );
  return `${lines.join('\n')}\n`;
}
