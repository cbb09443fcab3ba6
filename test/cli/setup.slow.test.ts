import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isProcessAlive } from '../../src/setup/process-alive.mjs';
import { WHEELS } from '../../src/setup/pins.mjs';
import { Cli, ended, objects } from './support';
import { eventually } from '../support/eventually';

const isOffered = `${process.platform}-${process.arch}` in WHEELS;

let cli: Cli;
beforeAll(async () => {
  cli = await Cli.build();
});
afterAll(() => cli.dispose());

/** A python3 whose pip never ends, in two processes: the script, and what it waits for, which a shell lets ignore Ctrl-C. */
const ENDLESS = `#!/bin/sh
case "$*" in *download*) ;; *) exit 0 ;; esac
echo half > ./half.whl
sleep 600 &
echo "$$ $!" > "$PIDS.new" && mv "$PIDS.new" "$PIDS"
wait`;

test.skipIf(!isOffered)('Ctrl-C while pip downloads: all ends, nothing half-made is left', async () => {
  const programs = cli.path('programs');
  const pids = cli.path('pids');
  await mkdir(programs);
  await writeFile(join(programs, 'python3'), ENDLESS);
  await writeFile(join(programs, 'g++'), '#!/bin/sh\n');
  for (const name of ['python3', 'g++']) await chmod(join(programs, name), 0o755);
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    XDG_CACHE_HOME: cli.path('cache'),
    PATH: `${programs}:${process.env['PATH']}`,
    PIDS: pids,
  };
  delete env['LATENT_EXPLORER_WHEEL'];
  delete env['LATENT_EXPLORER_NO_NATIVE'];
  const child = cli.start(['setup', '--json'], { env });
  const end = ended(child);
  const lines = createInterface({ input: child.stdout! });
  await new Promise<void>((seen) => lines.on('line', (line) => line.includes('"received":5') && seen()));
  await eventually(() => existsSync(pids)).toBe(true);
  child.kill('SIGINT');
  const { code, stdout, stderr } = await end;
  expect(code).toBe(130);
  expect(objects(stdout).at(-1)).toEqual({ type: 'interrupted' });
  expect(objects(stderr)).toEqual([{ warning: 'stopping' }]);
  const started = (await readFile(pids, 'utf8')).trim().split(' ').map(Number);
  // One that was killed stays until the system has taken note of it.
  await eventually(() => started.filter(isProcessAlive)).toEqual([]);
  expect(await readdir(cli.path('cache', 'latent-explorer', 'downloads'))).toEqual([]);
  expect(await readdir(cli.path('cache', 'latent-explorer', 'tensorflow'))).toEqual([]);
});
