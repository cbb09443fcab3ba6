import { opendir } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { IMAGE_PATTERN } from '../files';
import type { ImageFolder } from './train-choices';

/** Limits of the search: it fills a menu and need not be complete. */
const MAX_FOLDERS = 2000;
const MAX_DEPTH = 5;
const MAX_FILES = 5000;
const MAX_SHOWN = 30;

interface Found {
  readonly path: string;
  readonly depth: number;
  /** Images in the folder itself and below. */
  images: number;
  more: boolean;
  readonly children: Found[];
}

/** Returns folders with images under `root`, most images first. Skips hidden folders, node_modules and links. */
export async function imageFolders(root: string): Promise<ImageFolder[]> {
  let folders = 0;

  async function scan(path: string, depth: number): Promise<Found> {
    const found: Found = { path, depth, images: 0, more: false, children: [] };
    if (folders++ >= MAX_FOLDERS) return found;
    const below: string[] = [];
    try {
      let files = 0;
      for await (const entry of await opendir(path)) {
        if (entry.name.startsWith('.')) continue;
        if (entry.isDirectory() && entry.name !== 'node_modules') below.push(join(path, entry.name));
        else if (entry.isFile() && IMAGE_PATTERN.test(entry.name)) found.images++;
        if (++files < MAX_FILES) continue;
        found.more = true;
        break;
      }
    } catch {
      // Unreadable folders are skipped.
      return found;
    }
    if (depth === MAX_DEPTH) return found;
    for (const child of below.sort()) {
      const inside = await scan(child, depth + 1);
      if (inside.images === 0) continue;
      found.children.push(inside);
      found.images += inside.images;
      found.more ||= inside.more;
    }
    return found;
  }

  const all: Found[] = [];
  const collect = (found: Found): void => {
    // Skip a folder whose images all lie in one subfolder.
    const leads = found.children.length === 1 && found.children[0]!.images === found.images;
    if (found.images > 0 && !leads) all.push(found);
    for (const child of found.children) collect(child);
  };
  collect(await scan(root, 0));
  return all
    .sort((a, b) => b.images - a.images || a.depth - b.depth || (a.path < b.path ? -1 : 1))
    .slice(0, MAX_SHOWN)
    .map(({ path, images, more }) => ({
      path,
      shown: relative(root, path).replaceAll('\\', '/') || basename(root),
      images,
      more,
    }));
}
