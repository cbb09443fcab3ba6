/** Entry of the tests in the extension host: VS Code loads this bundle and calls `run`. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { within } from '../report';
import { IN_HOST } from './names';
import type { InHostResult } from './names';
import { tests } from './tests';

/** Seconds that one test may take. */
const LIMIT = 90;

export async function run(): Promise<void> {
  const results: InHostResult[] = [];
  for (const name of IN_HOST) {
    const start = performance.now();
    let note = '';
    let error = '';
    try {
      note = (await within(Promise.resolve(tests[name]()), LIMIT)) ?? '';
    } catch (thrown) {
      error = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    }
    results.push({ name, seconds: (performance.now() - start) / 1000, note, error });
    // After each test: a crash of the host must not hide what was known before.
    await writeFile(join(__dirname, 'in-host.json'), JSON.stringify(results));
  }
}
