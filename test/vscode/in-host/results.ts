import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InHostResult } from './names';
import { PLAN_FILE, RESULTS_FILE } from './plan';
import type { Plan } from './plan';

export interface InHostRun {
  readonly results: readonly InHostResult[];
  /** Why there are not more of them; empty where all is well. */
  readonly trouble: string;
}

const bundles = (root: string): string => join(root, 'out', 'vscode', 'bundles');

/** The bundle of the tests in the extension host. */
export const bundleFile = (root: string): string => join(bundles(root), 'inHost.cjs');

/** The file that grows with each test that is over. */
export const resultsFile = (root: string): string => join(bundles(root), RESULTS_FILE);

/** Calls `run` and reads the file that the tests leave beside their bundle; what they left before a crash counts, too. */
export async function collect(root: string, plan: Plan, run: () => Promise<unknown>): Promise<InHostRun> {
  await rm(resultsFile(root), { force: true });
  await writeFile(join(bundles(root), PLAN_FILE), JSON.stringify(plan));
  const trouble = await run().then(
    () => '',
    (error: unknown) => String(error),
  );
  const text = await readFile(resultsFile(root), 'utf8').catch(() => '[]');
  return { results: JSON.parse(text) as InHostResult[], trouble };
}
