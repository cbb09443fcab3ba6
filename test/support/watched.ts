import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

/** What a program did to the world outside of it. */
export interface Watched {
  readonly code: number;
  /** Its standard error. */
  readonly stderr: string;
  /** Internet sockets that it or a child of it made, connected or sent on: the lines of strace. */
  readonly network: readonly string[];
  /** Absolute paths that it or a child of it opened for writing, made, renamed to or removed; in the order of the calls, each once. */
  readonly written: readonly string[];
}

/** Whether programs can be watched here: strace is installed and may trace. */
export const canWatch =
  process.platform === 'linux' && spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0;

/** Calls that change files, with the place of the path among their arguments; an open only if its flags say so. */
const CHANGES =
  'open,openat,creat,mkdir,mkdirat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,rmdir';

/** Runs a program of this machine under strace, with its threads and children. */
export async function watch(
  file: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<Watched> {
  const folder = await mkdtemp(join(tmpdir(), 'vae-strace-'));
  const log = join(folder, 'log');
  try {
    // -y: file descriptors with their paths.
    const trace = ['-f', '-y', '-s', '400', '-e', `trace=%network,chdir,${CHANGES}`, '-o', log];
    const { stderr, code } = await promisify(execFile)('strace', [...trace, file, ...args], options).then(
      (ended) => ({ ...ended, code: 0 }),
      (error: unknown) => error as { stderr: string; code: number },
    );
    return { code, stderr, ...effects(await readFile(log, 'utf8'), options.cwd) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Reads a log of strace. @param cwd folder that the program was started in */
export function effects(log: string, cwd: string): Pick<Watched, 'network' | 'written'> {
  const calls = log.split('\n').map((line) => line.replace(/^\d+ +/, ''));
  const network = calls.filter((call) => /\b(AF_INET6?|AF_PACKET|AF_VSOCK)\b|<(TCP|UDP)/.test(call));
  const written = calls.flatMap((call) => {
    if (/ = -1 E[A-Z]+ /.test(call)) return [];
    if (/^open(at)?\(/.test(call) && !/O_(WRONLY|RDWR|CREAT|TRUNC)/.test(call)) return [];
    if (!new RegExp(`^(${CHANGES.replaceAll(',', '|')})\\(`).test(call)) return [];
    // Of two paths, the last is the one that is made.
    const paths = [...call.matchAll(/(?:(?:AT_FDCWD|\d+)<([^>]*)>, )?"([^"]*)"/g)];
    const [, base = cwd, path = ''] = paths.at(-1) ?? [];
    return [resolve(base, path)];
  });
  return { network, written: [...new Set(written)] };
}
