import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findProgram } from '../setup/run.mjs';

/** How long `code` may take to exit; it normally returns at once. After that the editor counts as opened. */
const HAND_OVER_MS = 15_000;

/** Returns the folder of package.json; this file is bundled into dist/engine. */
function projectRoot(): string {
  return dirname(dirname(dirname(fileURLToPath(import.meta.url))));
}

/**
 * Opens desktop VS Code on `workspace` with this project's extension.
 * @returns false if `code` is not on the PATH or does not start
 */
export async function openEditor(workspace: string): Promise<boolean> {
  const program = findProgram(['code']);
  if (program === null) return false;
  const child = spawn(program, [`--extensionDevelopmentPath=${projectRoot()}`, workspace], {
    stdio: 'ignore',
    detached: true,
    // `code.cmd` on Windows is a script.
    shell: program.endsWith('.cmd'),
  });
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(true), HAND_OVER_MS);
    const end = (opened: boolean): void => {
      clearTimeout(timer);
      resolve(opened);
    };
    child.once('error', () => end(false));
    child.once('exit', (code) => end(code === 0));
    child.unref();
  });
}
