/** Stands in for `node:path` where there is no Node: paths are absolute or relative, with `/`. */

export const sep = '/';
export const delimiter = ':';

export const isAbsolute = (path: string): boolean => path.startsWith('/');

/** Resolves `.` and `..`, and repeated slashes; a slash at the end stays. */
export function normalize(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (!isAbsolute(path)) parts.push('..');
  }
  const joined = parts.join('/');
  const end = path.endsWith('/') && (joined !== '' || !isAbsolute(path)) ? '/' : '';
  return (isAbsolute(path) ? `/${joined}` : joined || '.') + end;
}

export function join(...parts: readonly string[]): string {
  const whole = parts.filter((part) => part !== '').join('/');
  return whole === '' ? '.' : normalize(whole);
}

/** Returns an absolute path without a slash at its end. The working folder is the root. */
export function resolve(...parts: readonly string[]): string {
  const last = parts.findLastIndex(isAbsolute);
  const whole = normalize(`/${parts.slice(Math.max(0, last)).join('/')}`);
  return whole.length > 1 && whole.endsWith('/') ? whole.slice(0, -1) : whole;
}

export function dirname(path: string): string {
  if (/^\/+$/.test(path)) return '/';
  const trimmed = path.replace(/\/+$/, '');
  const at = trimmed.lastIndexOf('/');
  if (at < 0) return '.';
  // Of two slashes at the start both stay, as in Node.
  return at === 1 && isAbsolute(path) ? '//' : trimmed.slice(0, at) || '/';
}

export function basename(path: string, suffix = ''): string {
  const name = path.replace(/\/+$/, '').split('/').pop() ?? '';
  return suffix !== '' && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
}

export function extname(path: string): string {
  const name = basename(path);
  const at = name.lastIndexOf('.');
  return at <= 0 || name === '..' ? '' : name.slice(at);
}

export function relative(from: string, to: string): string {
  const [start, end] = [from, to].map((path) => resolve(path).split('/').filter(Boolean)) as [
    string[],
    string[],
  ];
  let common = 0;
  while (common < start.length && common < end.length && start[common] === end[common]) common++;
  return [...start.slice(common).map(() => '..'), ...end.slice(common)].join('/');
}

export interface ParsedPath {
  readonly root: string;
  readonly dir: string;
  readonly base: string;
  readonly ext: string;
  readonly name: string;
}

export function parse(path: string): ParsedPath {
  const base = basename(path);
  const ext = extname(path);
  const dir = path.includes('/') ? dirname(path) : '';
  return { root: isAbsolute(path) ? '/' : '', dir, base, ext, name: base.slice(0, base.length - ext.length) };
}

export const posix = {
  sep,
  delimiter,
  isAbsolute,
  normalize,
  join,
  resolve,
  dirname,
  basename,
  extname,
  relative,
  parse,
};
/** For code that lists paths of every system; there are none of Windows here. */
export const win32 = { ...posix };
export default { ...posix };
