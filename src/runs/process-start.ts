import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/**
 * Returns a process's start time in the system's own format. Pids are reused; pid and start time together are unique.
 * Null if the system does not provide it or the process is gone.
 */
export async function processStartTime(pid: number): Promise<string | null> {
  try {
    if (process.platform === 'win32') return await said('powershell.exe', windowsArguments(pid));
    if (process.platform === 'darwin') return await said('/bin/ps', ['-o', 'lstart=', '-p', String(pid)]);
    return await fromProc(pid);
  } catch {
    return null;
  }
}

async function fromProc(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The second field is a name in brackets that may itself contain spaces and brackets; field 22 is the start time.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.at(19) ?? null;
}

function windowsArguments(pid: number): string[] {
  return ['-NoProfile', '-NonInteractive', '-Command', `(Get-Process -Id ${pid}).StartTime.ToFileTimeUtc()`];
}

/** Runs a program and returns its output, independent of locale and time zone; null if empty. */
async function said(program: string, args: readonly string[]): Promise<string | null> {
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  const { stdout } = await promisify(execFile)(program, args, { env, timeout: 10_000, windowsHide: true });
  return stdout.trim() || null;
}
