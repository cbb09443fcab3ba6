/** Sweeps by the command line: a grid, early stopping, a trial that diverges, stops and kills. */
import { mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRun } from '../../src/runs/store';
import { readSweep } from '../../src/sweeps/sweep-file';
import { readSweepView } from '../../src/sweeps/sweep-view';
import type { SweepView } from '../../src/domain/sweep';
import { setTimeout as sleep } from 'node:timers/promises';
import { expectSameRun, isAlive, processOf, until } from '../faults/support';
import { Hold } from '../support/hold';
import { Cli, ended, objects, writeImages } from './support';

let cli: Cli;
beforeAll(async () => {
  cli = await Cli.build();
});
afterAll(() => cli.dispose());

/** What all trials share: they take a second each. An epoch of 240 images is 240 steps of which validations are 50 apart. */
const BASE = [
  ...['--data', 'digits:300', '--preset', 'fast', '--engine', 'onnx', '--threads', '1'],
  ...['--set', 'hidden=[16]', '--set', 'minibatch=10', '--set', 'patience=0', '--set', 'checkpointEvery=50'],
  ...['--importance', '20', '--limit', '20'],
];

const sweepOf = (...args: string[]) => cli.run(['sweep', ...BASE, ...args, '--json']);
const folderOf = (name: string): string => cli.path('.vae', 'sweeps', name);
const runOf = (name: string): string => cli.path('.vae', 'runs', name);
const tableOf = async (name: string): Promise<string[][]> => {
  const text = await readFile(join(folderOf(name), 'trials.csv'), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => line.split(','));
};
const byNumber = ({ trials }: SweepView) => [...trials].sort((a, b) => a.number - b.number);

describe('a grid', () => {
  test('trains ordinary runs and ranks them; a list, a table and an object show it', async () => {
    const result = await sweepOf(
      '--name',
      'grid',
      '--samples',
      '2000',
      '--set',
      'latent=2,3',
      '--set',
      'learningRate=1e-3,1e-2',
    );
    expect(result).toMatchObject({ code: 0 });
    const runs = (await readdir(cli.path('.vae', 'runs'))).filter((name) => name.startsWith('grid-'));
    expect(runs).toEqual(['grid-t1', 'grid-t2', 'grid-t3', 'grid-t4']);
    const last = await readRun(runOf('grid-t4'));
    expect(last).toMatchObject({ outcome: 'finished', config: { model: { latent: 3 } } });
    expect(last.config.training.optimizer.learningRate).toBe(0.01);

    const view = await readSweepView(folderOf('grid'));
    expect(view).toMatchObject({ state: 'finished', samples: 2000, settings: ['latent', 'learningRate'] });
    expect(view.trials.map(({ rank }) => rank)).toEqual([1, 2, 3, 4]);
    const values = view.trials.map(({ ranking }) => ranking!.logLikelihood);
    expect(values).toEqual([...values].sort((a, b) => b - a));
    expect(view.trials[0]!.ranking).toMatchObject({ k: 20, images: 20 });
    expect(objects(result.stdout).at(-1)).toMatchObject({ type: 'sweep', name: 'grid', state: 'finished' });

    const [head, first] = await tableOf('grid');
    expect(head!.slice(0, 6)).toEqual(['rank', 'trial', 'run', 'state', 'latent', 'learningRate']);
    expect(first!.slice(0, 4)).toEqual([
      '1',
      String(view.trials[0]!.number),
      view.trials[0]!.run,
      'finished',
    ]);
    // The same as `vae evaluate` says of the best.
    const evaluated = await cli.run([
      ...['evaluate', view.trials[0]!.run, '--split', 'validation', '--importance', '20', '--limit', '20'],
      ...['--engine', 'onnx', '--threads', '1', '--json'],
    ]);
    const { logLikelihood } = objects(evaluated.stdout).at(-1) as { logLikelihood: number };
    expect(values[0]).toBeCloseTo(logLikelihood, 6);

    const listed = await cli.run(['sweep', 'list', '--json']);
    expect(objects(listed.stdout)).toContainEqual(
      expect.objectContaining({ name: 'grid', state: 'finished', trials: 4, finished: 4 }),
    );
    const shown = await cli.run(['sweep', 'show', 'grid']);
    expect(shown.stdout).toContain(
      'ranked by L_20, the importance-weighted bound of 20 draws for each of 20 images',
    );
    expect(shown.stdout.split('\n')[2]).toMatch(/^1 +grid-t\d +finished/);
    // It is over: there is nothing to train again.
    const again = await cli.run(['sweep', '--continue', 'grid', '--json']);
    expect(again.code).toBe(0);
    expect(objects(again.stdout).filter(({ type }) => type === 'trial')).toEqual([]);
  });

  test('a trial equals the run that `vae train` makes of its settings, and reads images as it does', async () => {
    await writeImages(cli.path('images'), 60);
    const both = [
      ...['--data', 'images', ...BASE.slice(2, BASE.indexOf('--importance'))],
      ...['--samples', '1000', '--seed', '5'],
    ];
    await cli.run(['sweep', ...both, '--name', 'same', '--set', 'latent=2,4', '--limit', '5', '--json']);
    await cli.run(['train', ...both, '--set', 'latent=4', '--run', 'alone']);
    await expectSameRun(runOf('same-t2'), cli.path('alone'));
    const [trial, alone] = await Promise.all([runOf('same-t2'), cli.path('alone')].map(readRun));
    expect(trial!.config.data.source).toEqual(alone!.config.data.source);
  });

  test('two at once share the cores', async () => {
    const result = await cli.run([
      ...['sweep', '--data', 'digits:300', '--engine', 'onnx', '--set', 'hidden=[16]', '--set', 'latent=2,3'],
      ...[
        '--samples',
        '2000',
        '--parallel',
        '2',
        '--name',
        'both',
        '--importance',
        '5',
        '--limit',
        '10',
        '--json',
      ],
    ]);
    expect(result.code).toBe(0);
    const sweep = await readSweep(folderOf('both'));
    expect(sweep.threads).toBeGreaterThanOrEqual(1);
    const began = objects(result.stdout).filter(({ type }) => type === 'trial');
    expect(began.slice(0, 2).map(({ number, state }) => [number, state])).toEqual([
      ...[
        [1, 'training'],
        [2, 'training'],
      ],
    ]);
  });
});

describe('what cannot be trained is refused before anything starts', () => {
  test.each([
    [['--set', 'latents=2,3'], "unknown setting 'latents'"],
    [['--set', 'latent=2,x'], "latent: got 'x', expected a whole number from 1 to 4,096"],
    [['--set', 'latent=2', '--set', 'beta=1'], 'got no setting with several values'],
    [['--set', 'latent=2,3', '--trials', '3'], '--trials: a grid has as many trials as combinations'],
    [['--set', 'latent=2..3', '--search', 'random'], '--search random: got no --trials'],
    [['--set', 'beta=1,2', '--set', 'estimator=sgvb-a,analytic-kl'], 'estimator'],
    [['--set', 'latent=2,3', '--stop', 'asha'], 'got 2 trials, expected at least 4'],
    [['--set', 'latent=2,3,4,5', '--stop', 'asha', '--samples', '1000'], 'expected at least 2,000'],
    [['--set', 'latent=2,3', '--name', '../out'], "--name: got '../out'"],
    [['--set', 'latent=2,3', '--set', 'latent=4'], 'latent was given twice'],
    [['--set', 'shift=0,20'], 'shift=20: data.augmentation.shift: got 20'],
  ])('%s', async (args, message) => {
    const { code, stderr } = await sweepOf('--samples', '4000', ...args);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
    expect(await readdir(cli.path('.vae', 'sweeps')).catch(() => [])).not.toContain('out');
  });
});

test('a plan lists the trials, and trains nothing', async () => {
  const { code, stdout } = await sweepOf(
    '--plan',
    '--name',
    'planned',
    '--set',
    'latent=2..64',
    '--search',
    'random',
    '--trials',
    '3',
  );
  expect(code).toBe(0);
  const [plan, cost] = objects(stdout) as [
    { trials: { latent: string }[] },
    { seconds: number; bytes: number },
  ];
  expect(plan.trials).toHaveLength(3);
  expect(plan.trials.every(({ latent }) => Number(latent) >= 2 && Number(latent) <= 64)).toBe(true);
  expect(cost.seconds).toBeGreaterThan(0);
  // Weights and two slots of Adam, four times.
  expect(cost.bytes).toBeGreaterThan(3 * 4 * 3 * 4 * 2 * 784 * 16);
  expect(await readdir(cli.path('.vae', 'sweeps')).catch(() => [])).not.toContain('planned');
});

test('early stopping: trials wait at a rung at a checkpoint, and the best one goes on', async () => {
  const result = await sweepOf(
    ...['--name', 'rungs', '--samples', '8000', '--stop', 'asha'],
    ...['--set', 'learningRate=1e-6,1e-5,1e-4,1e-2'],
  );
  expect(result).toMatchObject({ code: 0 });
  const view = await readSweepView(folderOf('rungs'));
  expect(view.stopping).toEqual({ reduction: 4, rungs: [2000] });
  const trials = byNumber(view);
  expect(trials.map(({ state }) => state)).toEqual(['outranked', 'outranked', 'outranked', 'finished']);
  expect(trials.map(({ rank }) => rank)).toEqual([null, null, null, 1]);
  for (const { run, state } of trials) {
    const { outcome, checkpoints, lastRow } = await readRun(runOf(run));
    expect(outcome).toBe(state === 'finished' ? 'finished' : 'stopped');
    expect(checkpoints.at(-1)).toBe(lastRow!.step);
    if (state === 'outranked') expect(lastRow!.samples).toBeLessThan(8000);
  }
  // Stopped at its rung and resumed, the best is the same run as one that was never stopped.
  await cli.run([
    'train',
    ...BASE.slice(0, -4),
    '--samples',
    '8000',
    '--set',
    'learningRate=1e-2',
    '--run',
    'whole',
  ]);
  await expectSameRun(runOf('rungs-t4'), cli.path('whole'));
});

test('a trial that diverges is recorded with the reason, and the others are trained', async () => {
  const { code } = await sweepOf(
    ...[
      '--name',
      'diverging',
      '--samples',
      '2000',
      '--set',
      'optimizer=sgd',
      '--set',
      'learningRate=1e9,1e-3',
    ],
  );
  expect(code).toBe(0);
  const [first, second] = byNumber(await readSweepView(folderOf('diverging')));
  expect(first).toMatchObject({ state: 'failed', rank: null });
  expect(first!.reason).toMatch(/^diverged: the bound was not finite after step \d/);
  expect(second).toMatchObject({ state: 'finished', rank: 1 });
  expect((await tableOf('diverging')).at(-1)!.at(-1)).toContain('diverged: the bound was not finite');
});

describe('stopped and continued', () => {
  const LONG = ['--samples', '6000', '--set', 'latent=2,3'];
  let whole: Promise<unknown> | undefined;
  const wholeSweep = () => (whole ??= sweepOf('--name', 'undisturbed', ...LONG));

  /** From the middle of a trial to its end. */
  const STEPS = Array.from({ length: 30 }, (_, i) => 300 + 10 * i);

  /** Lets a trial go on step by step until all has ended: it may reach its own end before a busy machine runs who stops it. */
  async function freeStepByStep(hold: Hold, all: Promise<unknown>): Promise<void> {
    let isOver = false;
    void all.then(() => (isOver = true));
    for (const step of STEPS) {
      hold.free(step);
      if (!isOver) await sleep(100);
    }
  }

  async function expectAsUndisturbed(name: string): Promise<void> {
    await wholeSweep();
    const [found, expected] = await Promise.all(
      [name, 'undisturbed'].map((each) => readSweepView(folderOf(each))),
    );
    const rankings = (view: SweepView) => byNumber(view).map(({ state, ranking }) => ({ state, ranking }));
    expect(rankings(found!)).toEqual(rankings(expected!));
    for (const trial of ['t1', 't2'])
      await expectSameRun(runOf(`${name}-${trial}`), runOf(`undisturbed-${trial}`));
  }

  test.skipIf(process.platform === 'win32').each(['SIGINT', 'SIGTERM'] as const)(
    '%s stops the trial at a checkpoint; it goes on from there, and finished trials are not trained again',
    async (signal) => {
      const name = signal.toLowerCase();
      const hold = new Hold(STEPS);
      const child = cli.start(['sweep', ...BASE, ...LONG, '--name', name, '--json'], {
        env: { ...hold.environment, XDG_STATE_HOME: cli.path('state') },
      });
      const result = ended(child);
      await hold.held(300);
      child.kill(signal);
      await freeStepByStep(hold, result);
      const { code, stdout } = await result;
      expect(code).toBe(130);
      const stopped = objects(stdout).at(-1) as unknown as SweepView;
      expect(stopped.state).toBe('stopped');
      expect(byNumber(stopped).map(({ state }) => state)).toEqual(['interrupted', 'waiting']);
      expect((await readRun(runOf(`${name}-t1`))).outcome).toBe('stopped');
      expect(await readdir(folderOf(name))).toEqual(['results.json', 'sweep.json', 'trials.csv']);
      const second = await cli.run(['sweep', '--continue', name, '--json']);
      expect(second.code).toBe(0);
      await expectAsUndisturbed(name);
    },
  );

  test.skipIf(process.platform === 'win32')('another process asks it to stop', async () => {
    const hold = new Hold([300]);
    const child = cli.start(['sweep', ...BASE, ...LONG, '--name', 'asked', '--json'], {
      env: { ...hold.environment, XDG_STATE_HOME: cli.path('state') },
    });
    const result = ended(child);
    await hold.held(300);
    // Nor may two processes carry out the same sweep.
    const second = await cli.run(['sweep', '--continue', 'asked']);
    expect(second).toMatchObject({ code: 2 });
    expect(second.stderr).toContain('another process carries out this sweep');
    expect((await cli.run(['sweep', 'stop', 'asked'])).code).toBe(0);
    hold.free(300);
    expect((await result).code).toBe(130);
    const none = await cli.run(['sweep', 'stop', 'asked']);
    expect(none.stderr).toContain('no process carries out this sweep');
  });

  test.skipIf(process.platform === 'win32')(
    'killed -9: the trial goes on by itself, and --continue follows it',
    async () => {
      const hold = new Hold([300]);
      const child = cli.start(['sweep', ...BASE, ...LONG, '--name', 'killed', '--json'], {
        env: { ...hold.environment, XDG_STATE_HOME: cli.path('state') },
      });
      const result = ended(child);
      await hold.held(300);
      const trial = await processOf(runOf('killed-t1'));
      child.kill('SIGKILL');
      await result;
      expect(isAlive(trial)).toBe(true);
      expect((await readSweepView(folderOf('killed'))).state).toBe('interrupted');
      const again = ended(cli.start(['sweep', '--continue', 'killed', '--json']));
      await until(async () => (await readSweepView(folderOf('killed'))).state === 'running');
      hold.free(300);
      expect((await again).code).toBe(0);
      await expectAsUndisturbed('killed');
    },
  );

  test.skipIf(process.platform === 'win32')(
    'a trial that somebody stops is left alone, the others are trained, and it goes on with --continue',
    async () => {
      const hold = new Hold([300]);
      const child = cli.start(['sweep', ...BASE, ...LONG, '--name', 'alone', '--json'], {
        env: { ...hold.environment, XDG_STATE_HOME: cli.path('state') },
      });
      const result = ended(child);
      await hold.held(300);
      process.kill(await processOf(runOf('alone-t1')), 'SIGTERM');
      hold.free(300);
      expect((await result).code).toBe(130);
      const [first, second] = byNumber(await readSweepView(folderOf('alone')));
      expect(first).toMatchObject({ state: 'interrupted' });
      expect(first!.reason).toContain('its run was stopped by itself');
      expect(second).toMatchObject({ state: 'finished' });
      expect((await cli.run(['sweep', '--continue', 'alone', '--json'])).code).toBe(0);
      await expectAsUndisturbed('alone');
    },
  );

  test.skipIf(process.platform === 'win32')('a trial that is killed -9 is resumed by the sweep', async () => {
    const hold = new Hold([300]);
    const child = cli.start(['sweep', ...BASE, ...LONG, '--name', 'shot', '--json'], {
      env: { ...hold.environment, XDG_STATE_HOME: cli.path('state') },
    });
    const result = ended(child);
    await hold.held(300);
    const trial = await processOf(runOf('shot-t1'));
    hold.free(300);
    process.kill(trial, 'SIGKILL');
    const { code, stderr } = await result;
    expect(code).toBe(0);
    expect(stderr).toContain(
      'trial 1: its training process ended unexpectedly; it goes on from its last checkpoint',
    );
    await expectAsUndisturbed('shot');
  });
});

describe('a folder of somebody else', () => {
  test('a sweep.json that names paths, or is no sweep, is refused', async () => {
    await sweepOf('--name', 'model', '--samples', '1000', '--set', 'latent=2,3');
    const sweep = await readSweep(folderOf('model'));
    const write = async (name: string, change: object): Promise<void> => {
      await mkdir(folderOf(name), { recursive: true });
      await writeFile(join(folderOf(name), 'sweep.json'), JSON.stringify({ ...sweep, ...change }));
    };
    await write('paths', { trials: [{ run: '../../outside', values: { latent: '2' } }] });
    await write('elsewhere', { runs: '..' });
    await write('unknown', { trials: [{ run: 'unknown-t1', values: { ['__proto__.x']: '2' } }] });
    await write('deep', { request: { ...sweep.request, source: { kind: 'folder', uri: [] } } });
    const messages = { paths: 'trials.0.run', elsewhere: "got '..'", deep: 'is not valid' };
    for (const [name, message] of Object.entries(messages)) {
      const { code, stderr } = await cli.run(['sweep', '--continue', name]);
      expect(stderr, name).toContain(message);
      expect(code).not.toBe(0);
    }
    const { stderr } = await cli.run(['sweep', '--continue', 'unknown', '--json']);
    expect(stderr).toContain('no trial finished');
    const [trial] = (await readSweepView(folderOf('unknown'))).trials;
    expect(trial).toMatchObject({ state: 'failed' });
    expect(trial!.reason).toContain('unknown setting');
  });

  test.skipIf(process.platform === 'win32')('links are not followed', async () => {
    await mkdir(cli.path('outside'), { recursive: true });
    await mkdir(cli.path('.vae', 'sweeps'), { recursive: true });
    await symlink(cli.path('outside'), folderOf('linked'));
    const { code, stderr } = await cli.run(['sweep', '--continue', 'linked']);
    expect({ code, said: stderr.includes('is a link') }).toEqual({ code: 2, said: true });
    expect(await readdir(cli.path('outside'))).toEqual([]);
  });
});
