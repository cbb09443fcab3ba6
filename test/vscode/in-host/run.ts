/** Entry of the tests in the extension host: VS Code loads this bundle and calls `run`. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { timeIn } from '../waiting/processes';
import { rowsIn } from '../waiting/rows';
import { Watch } from '../waiting/watch';
import { workspaceFolder } from './commands';
import type { InHostResult } from './names';
import { Own, plan } from './own';
import { RESULTS_FILE } from './plan';
import { tests } from './tests';

export async function run(): Promise<void> {
  const results: InHostResult[] = [];
  for (const name of (await plan()).names) {
    const start = performance.now();
    const own = new Own();
    const watch = new Watch();
    watch.add(rowsIn(workspaceFolder()), timeIn(workspaceFolder(), 0.5));
    let note = '';
    let error = '';
    try {
      note = (await watch.run(() => Promise.resolve(tests[name](own)))) ?? '';
    } catch (thrown) {
      error = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    }
    results.push({ name, seconds: (performance.now() - start) / 1000, note, error });
    await own.leave();
    // After each test: a crash of the host must not hide what was known before.
    await writeFile(join(__dirname, RESULTS_FILE), JSON.stringify(results));
  }
}
