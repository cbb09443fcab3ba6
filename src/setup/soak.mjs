/**
 * `npm run soak -- [ROUNDS]`: repeats the races of the fault tests: kills of a training, takers of a lock, writers of one file, and
 * simulated worlds, each a thousand times unless said. It takes hours; nothing may be lost in any of them.
 */
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { command, projectRoot, setUp } from './setup.mjs';

const FILES = ['01-killed-engine', '32-lock', '33-concurrent-writes', 'simulate/run-folder'];

await command(async () => {
  const rounds = process.argv[2] ?? '1000';
  if (!/^[1-9]\d*$/.test(rounds))
    throw new Error(`got '${rounds}', expected how many times: npm run soak -- 1000`);
  await setUp();
  const vitest = join(projectRoot, 'node_modules/vitest/vitest.mjs');
  const files = FILES.map((name) => `test/faults/${name}`);
  const args = [vitest, 'run', ...files, '--test-timeout=0', '--reporter=verbose'];
  const env = { ...process.env, VAE_ROUNDS: rounds };
  return spawnSync(process.execPath, args, { cwd: projectRoot, env, stdio: 'inherit' }).status ?? 1;
});
