import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Window } from './editor/window';
import { within } from './report';
import type { Sandbox } from './sandbox';

/** How long a window that hangs may hold up the end of its test, in seconds. */
const PATIENCE = 20;

/** As the name of a folder. */
export const slug = (name: string): string =>
  name
    .replace(/[^\w]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 80);

/**
 * Keeps what tells of a failure: a picture, the browser's console, the server's log, and what each run's engine wrote.
 * @returns what stands open in the window, in words
 */
export async function collectEvidence(
  folder: string,
  sandbox: Sandbox,
  window: Window | undefined,
): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const lines: string[] = [];
  if (window) {
    await within(window.screenshot('failed'), PATIENCE).catch(() => undefined);
    lines.push(...(await within(window.standing(), PATIENCE).catch((error) => [String(error)])));
    await writeFile(join(folder, 'console.log'), `${window.console.join('\n')}\n`);
    for (const text of await within(window.notifications(), PATIENCE).catch(() => []))
      lines.push(`VS Code says: ${text}`);
  }
  const logs = [[join(sandbox.make('profile'), 'server.log'), 'server.log']];
  const runs = join(sandbox.folder, 'w', '.vae', 'runs');
  for (const run of await readdir(runs).catch(() => []))
    for (const file of ['log.txt', 'metrics.jsonl', 'config.json'])
      logs.push([join(runs, run, file), `${run}-${file}`]);
  for (const file of await logFiles(sandbox.make('profile')))
    logs.push([file, `vscode-${slug(file.split('/').slice(-3).join(' '))}.log`]);
  for (const [from, to] of logs) await copyFile(from!, join(folder, to!)).catch(() => undefined);
  return lines;
}

/** Of VS Code itself; the extension's own log is among them. */
async function logFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.log'))
    .map((entry) => join(entry.parentPath, entry.name));
}
