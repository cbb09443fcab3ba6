import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PROBE_TIMEOUT_MS = 60_000;

/**
 * Loads the library in a separate process, so that a crash does not take a training run down. Runs once per version of Node; a
 * marker file in the folder records success. @throws Error with the process's last line of output
 */
export async function probe(nativeFolder: string): Promise<void> {
  const remembered = join(nativeFolder, `works-with-${process.version}`);
  if (existsSync(remembered)) return;
  const binding = JSON.stringify(join(nativeFolder, 'tfjs_binding.node'));
  const script = `const m={exports:{}};process.dlopen(m,${binding});m.exports.deleteTensor(m.exports.createTensor([1],1,Float32Array.of(1)))`;
  try {
    await run(process.execPath, ['-e', script], {
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '', TF_CPP_MIN_LOG_LEVEL: '2' },
      timeout: PROBE_TIMEOUT_MS,
    });
  } catch (error) {
    const { stderr, signal } = error as { stderr?: string; signal?: string };
    const said = stderr?.trim().split('\n').at(-1);
    throw new Error(said || (signal ? `its process ended with ${signal}` : (error as Error).message));
  }
  // If the folder is read-only, there is no marker and the next start probes again.
  await writeFile(remembered, '').catch(() => undefined);
}
