import type { Report } from '../report';
import type { InHostName, InHostResult } from './names';

/**
 * Tells what became of the tests in the extension host; those that left no result have failed. Where one has, all are run once
 * more in another window, and the first try is told, too.
 */
export async function reportInHost(
  report: Report,
  wanted: readonly InHostName[],
  run: () => Promise<{ readonly results: readonly InHostResult[]; readonly trouble: string }>,
): Promise<void> {
  let { results, trouble } = await run();
  const failed = wanted.filter((name) => results.find((one) => one.name === name)?.error !== '');
  if (failed.length > 0) {
    for (const name of failed) {
      const why = results.find((one) => one.name === name)?.error ?? trouble;
      report.note(`again: ${name}: ${why.slice(0, 1000)}`);
    }
    ({ results, trouble } = await run());
  }
  for (const name of wanted) {
    const result = results.find((one) => one.name === name);
    if (!result) report.failed(name, 0, trouble || 'the extension host left no result');
    else if (result.error) report.failed(name, result.seconds, result.error);
    else report.passed(name, result.seconds, result.note);
  }
}
