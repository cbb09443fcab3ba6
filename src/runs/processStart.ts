import { readFile } from 'node:fs/promises';

/**
 * When a process started, in the system's own ticks: with the pid it names one process for good, since pids are reused.
 * Null where the system has no /proc, or the process is gone.
 */
export async function processStartTime(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The second field is a name in brackets that may itself contain spaces and brackets; field 22 is the start time.
    return (
      stat
        .slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .at(19) ?? null
    );
  } catch {
    return null;
  }
}
