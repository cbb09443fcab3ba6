/** Looks up running processes, for which Node has no API. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

const SHELLS = new Set(['sh', 'dash', 'bash', 'ash', 'busybox', 'ksh', 'ksh93', 'mksh', 'zsh']);

/** @typedef {{ readonly group: number, readonly isShell: boolean }} RunningProcess its process group */

/**
 * Looks up a process by id.
 * @param {number} pid
 * @returns {RunningProcess | null} null if it has ended
 */
export function processOf(pid) {
  try {
    if (process.platform !== 'linux') {
      const { stdout } = spawnSync('ps', ['-o', 'pgid=,comm=', '-p', String(pid)], { encoding: 'utf8' });
      const [, group, command = ''] = /^\s*(\d+)\s+-?(.*\S)/.exec(stdout) ?? [];
      return group ? { group: Number(group), isShell: SHELLS.has(basename(command)) } : null;
    }
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is a name in parentheses, which may itself contain spaces and parentheses.
    const end = stat.lastIndexOf(')');
    const name = stat.slice(stat.indexOf('(') + 1, end);
    return { group: Number(stat.slice(end + 2).split(' ')[2]), isShell: SHELLS.has(name) };
  } catch {
    return null;
  }
}
