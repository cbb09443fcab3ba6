import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DatasetSource } from '../datasets/dataset';
import type { SweepState, SweepTrial, SweepView, TrialState } from '../domain/sweep';
import { foldersIn } from '../runs/guarded-files';
import { guarded, inRun, statPath } from '../runs/guarded-path';
import type { RunFolder } from '../runs/guarded-path';
import { lockHolder } from '../runs/lock';
import { newestFirst } from '../runs/newest-first';
import type { Begun } from '../runs/newest-first';
import { parseRequest } from '../runs/settings/parse-request';
import { readResults } from './results';
import type { Results, TrialResult } from './results';
import { readSweep, SWEEP_FILE } from './sweep-file';
import type { Sweep } from './sweep-file';
import { requestOf } from './trials';

/** Returns the folder of sweeps that belongs to a folder of runs: `sweeps` beside it. */
export const sweepsRootOf = (runsRoot: string): string => join(dirname(runsRoot), 'sweeps');

/** Returns the run folder of a sweep's trial, checked like all in a folder of runs. @throws RunError if its name is a path */
export const runFolderOf = (sweepFolder: string, { runs }: Pick<Sweep, 'runs'>, run: string): string =>
  guarded(dirname(dirname(resolve(sweepFolder))), runs, run).path;

/** A folder that has a sweep.json, but cannot be read as a sweep. */
export interface DamagedSweep {
  readonly folder: string;
  readonly name: string;
  /** The reason. */
  readonly damage: string;
}

/** Lists the sweeps of a folder of sweeps, newest first. @throws ForeignFileError if the folder is a link */
export async function listSweeps(sweepsRoot: string): Promise<(SweepView | DamagedSweep)[]> {
  const sweeps: (SweepView | DamagedSweep)[] = [];
  for (const name of await foldersIn(guarded(sweepsRoot))) {
    const folder = join(sweepsRoot, name);
    if ((await statPath(inRun(folder, SWEEP_FILE)).catch(() => true)) === null) continue;
    sweeps.push(
      await readSweepView(folder).catch(({ message }: Error) => ({ folder, name, damage: message })),
    );
  }
  const begun = (sweep: SweepView | DamagedSweep): Begun => ({
    name: sweep.name,
    createdAt: 'damage' in sweep ? null : sweep.createdAt,
  });
  return sweeps.sort((a, b) => newestFirst(begun(a), begun(b)));
}

/** Reads a sweep with its trials. @throws RunError if it is none, or one of its files is invalid */
export async function readSweepView(folder: RunFolder): Promise<SweepView> {
  const sweep = await readSweep(folder);
  const results = await readResults(folder, sweep);
  const holder = await lockHolder(folder);
  const isLive = holder === 'alive' || holder === 'foreign';
  return viewOf(inRun(folder).path, sweep, results, isLive);
}

/** Returns what is shown of a sweep. @param isLive whether a process carries it out */
export function viewOf(folder: string, sweep: Sweep, results: Results, isLive: boolean): SweepView {
  const { request, search, stopping, settings } = sweep;
  const state: SweepState = isLive ? 'running' : (results.ended ?? 'interrupted');
  const ranks = ranksOf(results.trials);
  const trials = sweep.trials.map(({ run, values }, i): SweepTrial => {
    const { reason, bounds, best, samples, seconds, ranking, values: found = {}, ...of } = results.trials[i]!;
    return {
      ...{ number: i + 1, run, state: shownState(of.state, state), reason, values: { ...values, ...found } },
      ...{ bound: best, samples, seconds, rungs: bounds.length, ranking, rank: ranks.get(i) ?? null },
    };
  });
  return {
    ...{ name: basename(folder), folder, state, createdAt: sweep.createdAt },
    target: sweep.on?.target ?? null,
    ...{ preset: request.preset, dataset: nameOfSource(request.source), search: search.kind, settings },
    stopping: stopping && { reduction: stopping.reduction, rungs: stopping.rungs },
    samples: samplesOf(sweep),
    trials: trials.sort(byRank),
    cautions: cautionsOn(settings),
  };
}

function shownState(state: TrialResult['state'], sweep: SweepState): TrialState {
  if (state === 'training' && sweep !== 'running') return 'interrupted';
  return state === 'paused' && sweep === 'finished' ? 'outranked' : state;
}

/** Returns the places of the finished trials by L_k, from 1, by index. Of equal ones the earlier comes first. */
function ranksOf(trials: readonly Pick<TrialResult, 'ranking'>[]): ReadonlyMap<number, number> {
  const ranked = trials.flatMap(({ ranking }, index) =>
    ranking ? [{ index, of: ranking.logLikelihood }] : [],
  );
  ranked.sort((a, b) => b.of - a.of || a.index - b.index);
  return new Map(ranked.map(({ index }, i) => [index, i + 1]));
}

function byRank(a: SweepTrial, b: SweepTrial): number {
  const byNumber = a.number - b.number;
  if (a.rank !== null || b.rank !== null) return (a.rank ?? Infinity) - (b.rank ?? Infinity) || byNumber;
  if (a.bound === b.bound) return byNumber;
  return (b.bound ?? -Infinity) - (a.bound ?? -Infinity);
}

/** The training datapoints of every trial; null if they vary, or the settings are invalid in this version. */
function samplesOf({ request, settings, trials }: Sweep): number | null {
  if (settings.includes('samples') || settings.includes('preset')) return null;
  try {
    return parseRequest(requestOf(request, trials[0]!.values)).tree.training.samples;
  } catch {
    return null;
  }
}

/** Returns the name of a dataset, as its runs are named. */
export function nameOfSource(source: DatasetSource): string {
  if (source.kind === 'digits') return 'digits';
  try {
    return basename(fileURLToPath(source.uri));
  } catch {
    return basename(source.uri);
  }
}

/** Settings whose values change what the bound is a bound of. */
const OTHER_QUANTITY: Readonly<Record<string, string>> = {
  likelihood: 'likelihoods',
  binarisation: 'binarisations',
  width: 'image sizes',
  height: 'image sizes',
  channels: 'numbers of channels',
  fit: 'ways to fit images',
  background: 'backgrounds',
  pages: 'choices of pages',
  range: 'value ranges',
  'data.split.seed': 'splits',
  'data.split.validation': 'splits',
  'data.split.test': 'splits',
  preset: 'presets, which may have other likelihoods or binarisations',
};

/** Says which of the settings that vary keep bounds from being compared. */
function cautionsOn(settings: readonly string[]): string[] {
  const others = [...new Set(settings.flatMap((setting) => OTHER_QUANTITY[setting] ?? []))];
  return others.map(
    (what) => `Bounds under different ${what} measure different things: the trials cannot be ranked by them.`,
  );
}
