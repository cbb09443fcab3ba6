import { readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';

/** What an engine may leave in a folder before the run has its config.json. */
const FIRST_FILES = ['log.txt', 'metrics.jsonl', 'process.json', 'run.lock'];

/** Removes the folder of a run that never began; one that holds anything else stays. */
export async function discardUnbegun(runFolder: string): Promise<void> {
  const names = await readdir(runFolder).catch(() => ['unreadable']);
  if (!names.every((name) => FIRST_FILES.includes(name))) return;
  for (const name of names) await rm(join(runFolder, name), { force: true });
  await rmdir(runFolder).catch(() => undefined);
}
