/** Reads the reports of the two test runners for the closing lines: which tests were slow, and how often the editor restarted. */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

/**
 * @typedef {object} TestResult
 * @property {string} name with the file, if known
 * @property {'passed' | 'failed' | 'skipped'} state
 * @property {number} seconds
 * @property {string} why first line of the failure; empty if none
 */

/**
 * @param {string} file
 * @returns {unknown} null if the file is missing or not valid JSON
 */
export function reportIn(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

/**
 * Returns the tests in vitest's JSON report; a file that could not be loaded counts as a failed test.
 * @param {unknown} report
 * @param {string} root folder that the file names are relative to
 * @returns {TestResult[]}
 */
export function unitResults(report, root) {
  const files =
    /** @type {{ testResults: { name: string, status: string, message: string, assertionResults: { status: string, fullName: string, duration?: number | null, failureMessages: string[] }[] }[] } | null} */ (
      report
    )?.testResults ?? [];
  return files.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(root, name);
    const tests = assertionResults.map((test) => ({
      name: `${file}: ${test.fullName}`,
      state: stateOf(test.status),
      seconds: (test.duration ?? 0) / 1000,
      why: firstLine(test.failureMessages[0]),
    }));
    const isBroken = status === 'failed' && !tests.some(({ state }) => state === 'failed');
    return isBroken
      ? [...tests, { name: file, state: stateOf('failed'), seconds: 0, why: firstLine(message) }]
      : tests;
  });
}

/**
 * Returns the tests in the editor's report; older reports do not list them.
 * @param {unknown} report
 * @returns {TestResult[]}
 */
export function editorResults(report) {
  const tests =
    /** @type {{ tests?: { name: string, seconds: number, state: string, why?: string }[] } | null} */ (
      report
    )?.tests ?? [];
  return tests.map(({ name, seconds, state, why }) => ({
    name: `VS Code: ${name}`,
    state: stateOf(state),
    seconds,
    why: firstLine(why),
  }));
}

/**
 * Returns how often the editor under test failed by itself and was restarted.
 * @param {unknown} report
 */
export function editorRestarts(report) {
  const count = /** @type {{ editorRestarted?: number } | null} */ (report)?.editorRestarted;
  return Number.isInteger(count) ? Number(count) : 0;
}

/**
 * Returns a line for each of the slowest tests.
 * @param {readonly TestResult[]} results
 * @param {number} count
 */
export function slowest(results, count) {
  return results
    .toSorted((a, b) => b.seconds - a.seconds)
    .slice(0, count)
    .map(({ name, seconds }) => `${seconds.toFixed(1).padStart(7)} s  ${name}`);
}

/** @param {string} state @returns {TestResult['state']} */
function stateOf(state) {
  if (state === 'passed' || state === 'failed') return state;
  return 'skipped';
}

/** @param {string} [text] */
function firstLine(text = '') {
  return text.trim().split('\n')[0]?.slice(0, 200) ?? '';
}
