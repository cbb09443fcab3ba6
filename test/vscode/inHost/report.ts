import type { Report } from '../report';
import type { InHostName, InHostResult } from './names';

/** Tells what became of the tests in the extension host; those that left no result have failed. */
export async function reportInHost(
  report: Report,
  wanted: readonly InHostName[],
  run: () => Promise<{ readonly results: readonly InHostResult[]; readonly trouble: string }>,
): Promise<void> {
  const { results, trouble } = await run();
  for (const name of wanted) {
    const result = results.find((one) => one.name === name);
    if (!result) report.failed(name, 0, trouble || 'the extension host left no result');
    else if (result.error) report.failed(name, result.seconds, result.error);
    else report.passed(name, result.seconds, result.note);
  }
}
