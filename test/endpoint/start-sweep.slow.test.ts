/** How the editor plans, starts and continues sweeps: by processes that outlive it. */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { continueSweep, planSweep, startSweep } from '../../src/endpoint/start-sweep';
import type { SweepRequest } from '../../src/endpoint/start-sweep';
import type { SweepOutputLine } from '../../src/protocol/schemas/sweep-line';
import { requestStop } from '../../src/sweeps/stop-request';
import { readSweepView } from '../../src/sweeps/sweep-view';
import { Cli } from '../cli/support';
import { eventually } from '../support/eventually';

let cli: Cli;
let request: SweepRequest;
let engineFolder: string;
beforeAll(async () => {
  cli = await Cli.build();
  engineFolder = dirname(cli.program);
  process.env['XDG_STATE_HOME'] = cli.path('state');
  const runsRoot = cli.path('models');
  await mkdir(runsRoot);
  request = {
    ...{
      data: 'digits:300',
      preset: 'fast',
      seed: 0,
      trials: null,
      stopsEarly: false,
      parallel: 1,
      runsRoot,
    },
    ...{
      name: 'started',
      labels: null,
      labelColumn: null,
      isGuided: false,
      on: null,
      leaveOut: null,
      engine: 'onnx',
      threads: 1,
    },
    set: { latent: '2,3', hidden: '[16]', minibatch: '10', patience: '0', samples: '60000' },
  };
});
afterAll(() => cli.dispose());
const never = new AbortController().signal;
const stateOf = async (folder: string): Promise<string> => (await readSweepView(folder)).state;

test('a plan says the trials and what they take; one that cannot be says why', async () => {
  const lines: SweepOutputLine[] = [];
  await planSweep(request, engineFolder, never, (line) => lines.push(line));
  expect(lines.map(({ type }) => type)).toEqual(['plan', 'cost']);
  expect(lines[0]).toMatchObject({ trials: [{ latent: '2' }, { latent: '3' }], stopping: null });
  const early = { ...request, stopsEarly: true };
  await expect(planSweep(early, engineFolder, never, () => undefined)).rejects.toThrow(
    'got 2 trials, expected at least 4',
  );
});

test('a sweep is started, stopped by a file, and continued, each by a process of its own', async () => {
  const folder = cli.path('sweeps', 'started');
  await startSweep(request, folder, engineFolder);
  expect(await stateOf(folder)).toBe('running');
  await requestStop(folder);
  await eventually(() => stateOf(folder), 'stopped').toBe('stopped');
  await continueSweep(folder, engineFolder);
  await requestStop(folder);
  await eventually(() => stateOf(folder), 'stopped again').toBe('stopped');
  // Its runs are in the folder of runs, whatever its name is.
  const { trials } = await readSweepView(folder);
  expect(trials.map(({ run }) => join(request.runsRoot, run))).toContain(cli.path('models', 'started-t1'));
});

test('one that ends at once says why', async () => {
  await mkdir(cli.path('models', 'taken-t1'));
  const second = startSweep({ ...request, name: 'taken' }, cli.path('sweeps', 'taken'), engineFolder);
  await expect(second).rejects.toThrow('exists already; expected another --name');
});
