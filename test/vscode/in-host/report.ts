import type { Report } from '../report';
import type { InHostName } from './names';
import type { InHostRun } from './results';

/** Tells what became of the tests in the extension host; those that left no result have failed. */
export function reportInHost(
  report: Report,
  wanted: readonly InHostName[],
  { results, trouble }: InHostRun,
): void {
  for (const name of wanted) {
    const result = results.find((one) => one.name === name);
    if (!result) report.failed(name, 0, trouble || 'the extension host left no result');
    else if (result.error) report.failed(name, result.seconds, result.error);
    else report.passed(name, result.seconds, result.note === '' ? [] : [result.note]);
  }
}
