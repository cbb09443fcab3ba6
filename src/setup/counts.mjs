/** Reads the counts of the test runners from their result files. */
import { readFileSync } from 'node:fs';

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/**
 * Reads a runner's counts. A missing result, or one without tests, counts as one failure: silence is not success.
 * @param {string} file
 * @param {(report: unknown) => Counts} read
 * @param {number} exitCode the runner's; a non-zero code without a failed test counts as one failure
 * @returns {Counts}
 */
export function countsOf(file, read, exitCode) {
  /** @type {Counts} */
  let counts;
  try {
    counts = read(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const nothingRan = counts.passed + counts.skipped === 0;
  return (exitCode !== 0 || nothingRan) && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

/**
 * Reads vitest's JSON report. A file that could not be loaded contains no tests and counts as one failure.
 * @param {unknown} report
 * @returns {Counts}
 */
export function fromVitest(report) {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } =
    /** @type {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number, testResults: { status: string, assertionResults: { status: string }[] }[] }} */ (
      report
    );
  const broken = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  return {
    passed: whole(numPassedTests),
    failed: whole(numFailedTests) + broken.length,
    skipped: whole(numPendingTests) + whole(numTodoTests),
  };
}

/**
 * Lists the failures in vitest's JSON report, one paragraph each with the file, to repeat them at the end of a long output.
 * @param {unknown} report
 */
export function failuresOfVitest(report) {
  const { testResults } =
    /** @type {{ testResults: { name: string, status: string, message: string, assertionResults: { status: string, fullName: string, failureMessages: string[] }[] }[] }} */ (
      report
    );
  return testResults.flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === 'failed');
    if (status === 'failed' && failed.length === 0) return [`${name}\n${shortened(message)}`];
    return failed.map(
      ({ fullName, failureMessages }) => `${name}: ${fullName}\n${shortened(failureMessages.join('\n'))}`,
    );
  });
}

/** @param {string} text */
function shortened(text) {
  return text.split('\n').slice(0, 12).join('\n').slice(0, 1500);
}

/**
 * Reads the editor runner's own result file.
 * @param {unknown} report
 * @returns {Counts}
 */
export function fromEditor(report) {
  const { passed, failed, skipped } = /** @type {Counts} */ (report);
  return { passed: whole(passed), failed: whole(failed), skipped: whole(skipped) };
}

/** @param {unknown} value */
function whole(value) {
  if (!Number.isInteger(value) || Number(value) < 0)
    throw new Error(`expected a count, got ${String(value)}`);
  return Number(value);
}

/** @param {readonly Counts[]} all */
export function total(all) {
  /** @type {Counts} */
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const counts of all)
    for (const key of /** @type {const} */ (['passed', 'failed', 'skipped'])) sum[key] += counts[key];
  return sum;
}
