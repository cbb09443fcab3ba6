import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listSweeps, readSweepView, runFolderOf } from '../../src/sweeps/sweep-view';
import { tableOf } from '../../src/sweeps/sweep-table';
import { useFolder } from '../host/support';
import { result, sweepOf, writeSweepFolder } from './support';

const folder = useFolder().path;
const ranking = (logLikelihood: number) => ({ logLikelihood, standardError: 1.5, k: 20, images: 20 });
const TRIALS = ['1', '2', '3', '4', '5'].map((latent) => ({ run: `s-t${latent}`, values: { latent } }));
const RESULTS = [
  result({ state: 'finished', best: -120, samples: 100, seconds: 2, ranking: ranking(-118) }),
  result({ state: 'failed', reason: 'diverged: =1+1', samples: 50 }),
  result({ state: 'finished', best: -125, samples: 100, ranking: ranking(-110) }),
  result({ state: 'paused', best: -130, bounds: [-130], samples: 25 }),
  result(),
];

test('trials are sorted by L_k, then by bound; those without either come last', async () => {
  const own = await writeSweepFolder(folder(), 's', sweepOf(TRIALS), RESULTS);
  const { trials, state } = await readSweepView(own);
  expect(state).toBe('finished');
  expect(trials.map(({ number, rank, state: of }) => [number, rank, of])).toEqual([
    [3, 1, 'finished'],
    [1, 2, 'finished'],
    [4, null, 'outranked'],
    [2, null, 'failed'],
    [5, null, 'waiting'],
  ]);
});

test('without a process and without an end, a sweep and the trial that was trained are interrupted', async () => {
  const trials = [result({ state: 'training', samples: 10 }), ...RESULTS.slice(3)];
  const own = await writeSweepFolder(folder(), 's', sweepOf(TRIALS.slice(0, 3)), trials, null);
  const view = await readSweepView(own);
  expect(view.state).toBe('interrupted');
  expect(view.trials.map(({ number, state }) => [number, state])).toEqual([
    [2, 'paused'],
    [1, 'interrupted'],
    [3, 'waiting'],
  ]);
});

test('a trial without results is one that waits', async () => {
  const own = await writeSweepFolder(folder(), 's', sweepOf(TRIALS), []);
  expect((await readSweepView(own)).trials.map(({ state }) => state)).toEqual(Array(5).fill('waiting'));
});

test('the table has every figure with its conditions, and no formula', async () => {
  const own = await writeSweepFolder(folder(), 's', sweepOf(TRIALS), RESULTS);
  const [head, first, , third, failed] = tableOf(await readSweepView(own)).split('\n');
  expect(head).toBe(
    'rank,trial,run,state,latent,validation_bound,samples,seconds,rungs,log_likelihood,log_likelihood_standard_error,log_likelihood_draws,log_likelihood_images,log_likelihood_split,reason',
  );
  expect(first).toBe('1,3,s-t3,finished,3,-125,100,0,0,-110,1.5,20,20,validation,');
  expect(third).toBe(',4,s-t4,outranked,4,-130,25,0,1,,,,,,');
  expect(failed!.split(',').at(-1)).toBe('diverged: =1+1');
  const hostile = sweepOf([{ run: 's-t1', values: { likelihood: '=1+1' } }]);
  const other = await writeSweepFolder(folder(), 'h', hostile, []);
  expect(tableOf(await readSweepView(other))).toContain("'=1+1");
});

test('a list of sweeps names what is damaged, and passes over other folders', async () => {
  await writeSweepFolder(folder(), 'a', sweepOf(TRIALS), RESULTS);
  await mkdir(join(folder(), 'sweeps', 'other'), { recursive: true });
  const own = await writeSweepFolder(folder(), 'b', sweepOf(TRIALS), RESULTS);
  await writeFile(join(own, 'sweep.json'), '{"format":"latent-explorer/sweep/2"}');
  const [b, a, ...none] = await listSweeps(join(folder(), 'sweeps'));
  expect(none).toEqual([]);
  expect(a).toMatchObject({ name: 'a', state: 'finished' });
  expect(b).toHaveProperty('name', 'b');
  expect((b as { damage: string }).damage).toContain('sweep.json is not valid: format');
  expect(await listSweeps(join(folder(), 'none'))).toEqual([]);
});

test('settings that change what the bound measures are said', async () => {
  const trials = [{ run: 's-t1', values: { likelihood: 'bernoulli', latent: '2' } }];
  const own = await writeSweepFolder(folder(), 's', sweepOf(trials), []);
  expect((await readSweepView(own)).cautions).toEqual([
    'Bounds under different likelihoods measure different things: the trials cannot be ranked by them.',
  ]);
});

test('a run lies beside the folder of sweeps, and nowhere else', () => {
  expect(runFolderOf('/w/.vae/sweeps/s', { runs: 'runs' }, 's-t1')).toBe(join('/w/.vae/runs', 's-t1'));
  for (const runs of ['..', '../x', '', 'a/b'])
    expect(() => runFolderOf('/w/.vae/sweeps/s', { runs }, 's-t1')).toThrow('expected the name of a file');
});
