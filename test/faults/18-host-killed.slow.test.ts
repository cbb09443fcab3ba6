/** The process of the window is killed while its engine trains: training goes on, and the next window has all of it at once. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EngineConnection } from '../../src/host/engines/engine-connection';
import { readMetrics } from '../../src/runs/metrics';
import { readRun } from '../../src/runs/store';
import { Cli } from '../cli/support';
import { addWitness } from '../support/progress';
import { goesOn, isAlive, processOf, stepOf, until } from './support';
import { Programs } from './support/programs';

/** Trains as the extension does. */
const HOST = `
import { Engines } from '@/host/engines/engines';
const [run, engineFolder] = process.argv.slice(2);
const engines = new Engines({
  engineFolder: engineFolder!, choose: () => ({ engine: 'onnx', threads: 1 }), checkAllowed: () => undefined,
});
const set = { hidden: '16', latent: '2', minibatch: '10', 'training.samples': '1e9', patience: '0' };
const source = { kind: 'digits', count: 300, seed: 0 } as const;
void engines.train(run!, { source, preset: 'fast', seed: 0, set } as never)
  .then((training) => training.prepared())
  .then(() => process.stdout.write('trains\\n'), (error) => process.stdout.write(String(error)));
`;

let cli: Cli;
let programs: Programs;
let engine = 0;
beforeAll(async () => {
  cli = await Cli.build(['worker', 'chunks']);
  programs = await Programs.build({ host: HOST });
  process.env['XDG_STATE_HOME'] = cli.path('state');
});
/** It outlives this process, too. */
const endEngine = (): void => {
  if (engine !== 0 && isAlive(engine)) process.kill(engine, 'SIGKILL');
};
afterAll(async () => {
  endEngine();
  await Promise.all([programs.dispose(), cli.dispose()]);
});

test('training goes on, the next window has its whole history in under 2 s, and stops it', async () => {
  const run = cli.path('run');
  await mkdir(run);
  const host = spawn(process.execPath, [`${programs.folder}/host.cjs`, run, dirname(cli.program)], {
    env: { ...process.env, XDG_CACHE_HOME: cli.path('cache') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = (await once(host.stdout, 'data')) as [Buffer];
  expect(said.toString()).toBe('trains\n');
  engine = await processOf(run);
  // It is the only process here that takes time.
  const forget = addWitness({
    moved: () => stepOf(run),
    describe: () => Promise.resolve(`the run is at a step`),
    release: () => Promise.resolve(endEngine()),
  });
  host.kill('SIGKILL');
  await once(host, 'exit');
  await goesOn(run);
  expect(isAlive(engine)).toBe(true);
  const times: number[] = [];
  for (let i = 0; i < 3; i++) {
    const recorded = await readMetrics(run);
    const start = performance.now();
    const window = new EngineConnection(run);
    expect(await window.connect()).toBe(true);
    const rows = await window.call('metrics', { since: -1 });
    times.push(performance.now() - start);
    expect(window.status?.state).toBe('training');
    expect(rows.slice(0, recorded.length)).toEqual(recorded);
    window.dispose();
  }
  // Once, because other programs may delay the others.
  expect(Math.min(...times)).toBeLessThan(2000);
  expect((await cli.run(['stop', run])).code).toBe(0);
  await until(() => Promise.resolve(!isAlive(engine)));
  forget();
  expect((await readRun(run)).outcome).toBe('stopped');
});
