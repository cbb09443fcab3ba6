import { readFileSync } from 'node:fs';

/**
 * Returns whether a process with this id runs on this machine, whoever owns it. One that has ended and still waits for its parent
 * to ask (a zombie, which containers without an init process keep for ever) does not run.
 * @param {number} pid
 */
export function isProcessAlive(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EPERM') return false;
  }
  return !/[ZX]/.test(stateOf(pid));
}

/**
 * Returns whether a process is suspended, by SIGSTOP, Ctrl-Z or a debugger. False where the system does not say.
 * @param {number} pid
 */
export function isProcessSuspended(pid) {
  return /[Tt]/.test(stateOf(pid));
}

/**
 * Returns the letter of the process's state as in proc(5), or nothing where the system does not say.
 * @param {number} pid
 */
function stateOf(pid) {
  if (process.platform !== 'linux') return '';
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The state follows the program's name, which is in brackets and may contain some itself.
    return stat.charAt(stat.lastIndexOf(')') + 2);
  } catch {
    return '';
  }
}
