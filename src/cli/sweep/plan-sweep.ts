import { availableParallelism } from 'node:os';
import type { SourceSurvey } from '../../datasets/survey-source';
import type { TrainRequest } from '../../runs/config';
import { RequestError } from '../../runs/request-error';
import { parseRequest } from '../../runs/settings/parse-request';
import { stoppingFor } from '../../sweeps/asha';
import { parseSpace, requestOf, trialsOf } from '../../sweeps/trials';
import type { Search, TrialValues } from '../../sweeps/trials';
import type { SweepDimension } from '../../sweeps/values';
import { planPreset } from '../../training/plan-preset';
import type { PresetPlan } from '../../training/plan-preset';
import { scheduleOf } from '../../training/schedule';
import { memoryNeed } from '../../model/memory-need';
import { machineMemory } from '../../runs/machine-memory';
import { formatCount } from '../../text/format-count';

/** What a sweep is asked to do. */
export interface SweepOrder {
  readonly request: TrainRequest;
  readonly set: Readonly<Record<string, string>>;
  readonly search: Search;
  readonly stop: 'asha' | null;
  readonly reduction: number;
  readonly parallel: number;
}

/** A sweep whose settings and trials have been checked, before anything starts. */
export interface PlannedSweep {
  /** What all trials share. */
  readonly request: TrainRequest;
  readonly dimensions: readonly SweepDimension[];
  readonly trials: readonly { readonly values: TrialValues; readonly plan: PresetPlan }[];
  readonly stopping: { readonly rule: 'asha'; readonly reduction: number; readonly rungs: number[] } | null;
}

/** Checks a sweep's settings without a look at its images. @throws RequestError naming the setting, what was got and expected */
export function checkedTrials({ request, set, search }: SweepOrder) {
  const { shared, dimensions } = parseSpace(set);
  const base = requestOf(request, shared);
  const trials = trialsOf(dimensions, search);
  for (const values of trials) {
    try {
      parseRequest(requestOf(base, values));
    } catch (error) {
      throw new RequestError(`${valuesText(values)}: ${(error as Error).message}`);
    }
  }
  return { request: base, dimensions, trials };
}

/** Plans all trials of a sweep. @throws RequestError naming the trial that cannot be trained on these images, and why */
export function planSweep(sweep: SweepOrder, survey: SourceSurvey): PlannedSweep {
  const { request, dimensions, trials } = checkedTrials(sweep);
  const planned = trials.map((values) => ({ values, plan: planPreset(requestOf(request, values), survey) }));
  for (const { values, plan } of planned)
    if (plan.config === null) throw new RequestError(`${valuesText(values)}: ${plan.problem}`);
  requireMemoryOf(planned, sweep.parallel);
  if (sweep.stop === null) return { request, dimensions, trials: planned, stopping: null };
  if (dimensions.some(({ setting }) => setting === 'samples'))
    throw new RequestError(
      'early stopping compares trials after the same number of samples; got several values of samples, expected one',
    );
  const samples = new Set(planned.map(({ plan }) => plan.samples));
  if (samples.size > 1)
    throw new RequestError(
      'early stopping compares trials after the same number of samples, which these presets differ in; give one by --samples',
    );
  const between = planned.map(({ plan: { config } }) => {
    const { validationEvery } = scheduleOf(config!, survey.count);
    return validationEvery * config!.training.minibatch;
  });
  const stopping = stoppingFor([...samples][0]!, planned.length, Math.max(...between), sweep.reduction);
  return {
    ...{ request, dimensions, trials: planned },
    stopping: { rule: 'asha', reduction: stopping.reduction, rungs: [...stopping.rungs] },
  };
}

/** @throws RequestError if the largest trials do not fit into memory at the same time */
function requireMemoryOf(planned: PlannedSweep['trials'], parallel: number): void {
  const needs = planned.map(({ plan: { config } }) => {
    const { weights, optimizer, minibatch } = memoryNeed(config!, true);
    return weights + optimizer + minibatch;
  });
  const most = needs.sort((a, b) => b - a).slice(0, parallel);
  const need = most.reduce((sum, bytes) => sum + bytes, 0);
  if (need <= machineMemory()) return;
  throw new RequestError(
    `${parallel} trials at once need at least ${(need / 1e9).toFixed(2)} GB of memory, and there are ${(machineMemory() / 1e9).toFixed(2)} GB; expected fewer at once, or smaller models`,
  );
}

/** Returns the threads of each trial. @throws RequestError if there are more trials at once than cores */
export function threadsOfTrial(parallel: number, threads: number | undefined): number {
  const cores = availableParallelism();
  if (parallel > cores)
    throw new RequestError(
      `--parallel: got ${formatCount(parallel)}, expected at most ${formatCount(cores)}, the number of cores of this machine`,
    );
  if (parallel === 1) return threads ?? 0;
  return Math.max(1, Math.floor((threads ?? cores) / parallel));
}

export const valuesText = (values: TrialValues): string =>
  Object.entries(values)
    .map(([setting, value]) => `${setting}=${value}`)
    .join(' ');

/** Says how a setting's values are chosen. */
export function dimensionText(dimension: SweepDimension): string {
  if ('values' in dimension) return dimension.values.join(', ');
  const { low, high, scale, whole } = dimension;
  const scaleText = scale === 'log' ? 'on a logarithmic scale' : 'on a linear scale';
  return `${low} to ${high}, drawn ${scaleText}${whole ? ', whole numbers' : ''}`;
}
