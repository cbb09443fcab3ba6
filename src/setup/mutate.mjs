/**
 * `npm run mutate -- [FOLDER...]`: changes the sources in one place after another (StrykerJS) and looks whether a quick test
 * fails. Without folders of src it takes those whose tests have to see every change. It takes hours, and is not a part of the tests.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { command, projectRoot, setUp } from './setup.mjs';

const FOLDERS = ['vae', 'latent', 'trace', 'runs', 'endpoint', 'datasets', 'images', 'columns'];

await command(async () => {
  await setUp();
  const asked = process.argv.slice(2);
  const patterns = (asked.length > 0 ? asked : FOLDERS).map((name) =>
    name.endsWith('.ts') ? `src/${name}` : `src/${name}/**/*.ts`,
  );
  const stryker = join(projectRoot, 'node_modules/@stryker-mutator/core/bin/stryker.js');
  const args = [stryker, 'run', 'test/mutate/stryker.config.json', '--mutate', patterns.join(',')];
  // A few worlds for each mutant: those that survive are seen by no world at once.
  const env = { ...process.env, VAE_ROUNDS: '6' };
  return spawnSync(process.execPath, args, { cwd: projectRoot, env, stdio: 'inherit' }).status ?? 1;
});
