import { opendir } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** Names of files that hold images. */
const CONTAINER = /\.(zip|tar|tar\.gz|tgz|npy|npz|parquet)$/i;

/** Limits of the search: it fills a list and need not be complete. */
const MAX_ENTRIES = 20_000;
const MAX_DEPTH = 5;
const MAX_FOUND = 30;

/** Returns the archives and arrays below `root`, by their relative paths with `/`. Skips hidden folders, node_modules and links. */
export async function containerFiles(root: string): Promise<string[]> {
  const found: string[] = [];
  let entries = 0;
  async function scan(folder: string, depth: number): Promise<void> {
    const below: string[] = [];
    try {
      for await (const entry of await opendir(folder)) {
        if (++entries > MAX_ENTRIES) break;
        if (entry.name.startsWith('.')) continue;
        const path = join(folder, entry.name);
        if (entry.isDirectory() && entry.name !== 'node_modules') below.push(path);
        else if (entry.isFile() && CONTAINER.test(entry.name)) found.push(path);
      }
    } catch {
      // Unreadable folders are skipped.
    }
    if (depth < MAX_DEPTH) for (const child of below.sort()) await scan(child, depth + 1);
  }
  await scan(root, 0);
  return found
    .map((path) => relative(root, path).replaceAll('\\', '/'))
    .sort()
    .slice(0, MAX_FOUND);
}
