import { readdir, readFile } from 'node:fs/promises';

/** Process ids of the engines that train or answer for runs of a workspace. */
export async function enginesOf(workspace: string): Promise<number[]> {
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const command = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
    if (command.includes('worker.cjs') && command.includes(workspace)) found.push(Number(name));
  }
  return found;
}
