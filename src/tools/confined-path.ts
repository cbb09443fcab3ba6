import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isInsideFolder } from '../runs/inside-folder';
import { visibleText } from '../text/visible-text';
import { ToolError } from './tool-error';
import type { ToolHost } from './tool-host';

/** Longest path that is quoted. */
const MAX_QUOTED = 200;
const quoted = (text: string): string => visibleText(text, MAX_QUOTED);

/**
 * Returns the real path of a file or folder that a tool was given, which need not exist. It lies in a root or a folder of runs, after
 * resolving links.
 * @param use `read` for images and tables, which may also lie in the host's folders of images
 * @throws ToolError `outside-root`, `bad-input`
 */
export async function confinedPath(
  host: ToolHost,
  text: string,
  use: 'read' | 'write' = 'write',
): Promise<string> {
  if (text.includes('\0'))
    throw new ToolError('bad-input', 'got a path with a NUL character, expected a path');
  const path = resolve(host.roots[0]!, asPath(text));
  const real = await realPath(path);
  const readable = use === 'read' ? (host.imageRoots ?? []) : [];
  if (real !== null && (await isInOneOf([...host.roots, ...host.runsRoots, ...readable], real))) return real;
  throw new ToolError(
    'outside-root',
    `${quoted(text)} leads out of the workspace; expected a path in ${host.roots.join(' or ')}, not through a link that leaves it`,
  );
}

/** Returns whether a path lies in one of the folders, or is one, after resolving links. */
export async function liesInOne(folders: readonly string[], path: string): Promise<boolean> {
  const real = await realPath(resolve(path));
  return real !== null && isInOneOf(folders, real);
}

/** Returns whether a real path is one of the folders or lies below one, after resolving links in the folders. */
export async function isInOneOf(folders: readonly string[], real: string): Promise<boolean> {
  for (const folder of folders) {
    const root = await realpath(folder).catch(() => folder);
    if (real === root || isInsideFolder(root, real)) return true;
  }
  return false;
}

/**
 * Resolves links in a path, also in one of which the end does not exist. Null for a link that leads nowhere: what is written there
 * would appear at its target.
 */
async function realPath(path: string): Promise<string | null> {
  const missing: string[] = [];
  for (let part = path; ; part = dirname(part)) {
    const real = await realpath(part).catch(() => null);
    if (real !== null) return join(real, ...missing);
    if ((await lstat(part).catch(() => null)) !== null || part === dirname(part)) return null;
    missing.unshift(basename(part));
  }
}

function asPath(text: string): string {
  if (!text.startsWith('file:')) return text;
  try {
    const path = fileURLToPath(text);
    if (isAbsolute(path)) return path;
  } catch {
    // As of another machine.
  }
  throw new ToolError(
    'bad-input',
    `got ${quoted(text)}, expected a path or the URI of a file on this machine`,
  );
}
