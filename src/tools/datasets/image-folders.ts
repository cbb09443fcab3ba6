import { opendir } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { IMAGE_PATTERN } from '../../domain/image-pattern';
import { mapLimited } from '../../shared/map-limited';
import { IDX_IN_FOLDER, idxImageCount } from './idx-count';

/** Limits of the search: it fills a menu and need not be complete. */
const MAX_FOLDERS = 2000;
const MAX_DEPTH = 5;
const MAX_FILES = 5000;
const MAX_SHOWN = 30;
/** Folders whose IDX files are read at once. */
const SETS_AT_ONCE = 4;

/** A folder that contains images, directly or in subfolders, or IDX files. */
export interface FoundFolder {
  readonly path: string;
  readonly kind: 'images' | 'idx';
  /** Display name: the path relative to the root, or the root's name. */
  readonly shown: string;
  readonly images: number;
  /** Whether there are, or may be, more images than were counted. */
  readonly more: boolean;
}

interface Found {
  readonly path: string;
  readonly depth: number;
  /** Names of IDX files of images in the folder itself. */
  readonly idx: string[];
  /** Images in the folder itself and below. */
  images: number;
  more: boolean;
  readonly children: Found[];
}

/** Returns folders with images or IDX files under `root`, most images first. Skips hidden folders, node_modules and links. */
export async function imageFolders(root: string): Promise<FoundFolder[]> {
  let folders = 0;

  async function scan(path: string, depth: number): Promise<Found> {
    const found: Found = { path, depth, idx: [], images: 0, more: false, children: [] };
    if (folders++ >= MAX_FOLDERS) return found;
    const below: string[] = [];
    try {
      let files = 0;
      for await (const entry of await opendir(path)) {
        if (entry.name.startsWith('.')) continue;
        if (entry.isDirectory() && entry.name !== 'node_modules') below.push(join(path, entry.name));
        else if (entry.isFile() && IMAGE_PATTERN.test(entry.name)) {
          found.images++;
          // Pages of a stack are images of their own.
          found.more ||= /\.tiff?$/i.test(entry.name);
        } else if (entry.isFile() && IDX_IN_FOLDER.test(entry.name)) found.idx.push(entry.name);
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
      if (inside.images === 0 && !holdsIdx(inside)) continue;
      found.children.push(inside);
      found.images += inside.images;
      found.more ||= inside.more;
    }
    return found;
  }

  const all: Found[] = [];
  const sets: Found[] = [];
  const collect = (found: Found): void => {
    if (found.idx.length > 0) sets.push(found);
    // Skip a folder whose images all lie in one subfolder.
    const leads = found.children.some((child) => child.images === found.images);
    if (found.images > 0 && !leads) all.push(found);
    for (const child of found.children) collect(child);
  };
  collect(await scan(root, 0));
  const idx = await mapLimited(sets, SETS_AT_ONCE, async ({ path, depth, idx: names }) => {
    const images = await idxImageCount(path, names).catch(() => 0);
    return { path, depth, images, more: false, kind: 'idx' as const };
  });
  return [
    ...all.map((found) => ({ ...found, kind: 'images' as const })),
    ...idx.filter(({ images }) => images > 0),
  ]
    .sort((a, b) => b.images - a.images || a.depth - b.depth || (a.path < b.path ? -1 : 1))
    .slice(0, MAX_SHOWN)
    .map(({ path, images, more, kind }) => ({
      path,
      kind,
      shown: relative(root, path).replaceAll('\\', '/') || basename(root),
      images,
      more,
    }));
}

const holdsIdx = ({ idx, children }: Found): boolean => idx.length > 0 || children.some(holdsIdx);
