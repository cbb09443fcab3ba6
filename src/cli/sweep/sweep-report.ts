import type { SweepTrial, SweepView } from '../../domain/sweep';
import { formatCount } from '../../text/format-count';
import { formatNats, formatSeconds, formatTable } from '../format';
import type { CliOutput } from '../output';
import type { TrialEnd } from './train-trial';

/** Tells how a sweep goes on: a line for each begin and end of a trial, and a progress line on a terminal. */
export class SweepReport {
  constructor(private readonly output: CliOutput) {}

  begins(index: number, view: SweepView): void {
    const trial = trialOf(index, view);
    const goal = view.stopping?.rungs[trial.rungs];
    const until = goal === undefined ? '' : ` to ${formatCount(goal)} samples`;
    this.say(trial, view, `trains${until}`);
  }

  ends(index: number, end: TrialEnd, view: SweepView): void {
    const trial = trialOf(index, view);
    this.say(trial, view, endOf(end));
  }

  ranks(index: number): void {
    this.output.progress(`measuring the importance-weighted bound of trial ${index + 1}`);
  }

  ranked(index: number, view: SweepView): void {
    const trial = trialOf(index, view);
    const { ranking, reason } = trial;
    this.say(
      trial,
      view,
      ranking
        ? `L_${ranking.k} ${formatNats(ranking.logLikelihood)} nats, rank ${trial.rank} so far`
        : reason,
    );
  }

  progress(view: SweepView): void {
    const training = view.trials.filter(({ state }) => state === 'training');
    const done = view.trials.filter(({ state }) => state === 'finished' || state === 'failed').length;
    const each = training.map(({ number, samples }) => `trial ${number}: ${formatCount(samples)} samples`);
    this.output.progress([`${done} of ${view.trials.length} trials have ended`, ...each].join('  '));
  }

  warn(index: number, text: string): void {
    this.output.warn(`trial ${index + 1}: ${text}`);
  }

  private say(trial: SweepTrial, view: SweepView, what: string): void {
    const values = view.settings.map((setting) => `${setting}=${trial.values[setting] ?? ''}`).join(' ');
    const bound = trial.bound === null ? '' : `, best validation bound ${formatNats(trial.bound)}`;
    this.output.say(`trial ${trial.number} of ${view.trials.length} (${values}): ${what}${bound}`, {
      type: 'trial',
      ...trial,
    });
  }
}

function endOf(end: TrialEnd): string {
  switch (end.state) {
    case 'paused':
      return `waits at its rung with ${formatNats(end.bound)}`;
    case 'finished':
      return 'finished';
    case 'failed':
      return `failed: ${end.reason}`;
    case 'stopped':
      return end.byOthers ? 'was stopped by itself, and is left alone' : 'stopped at a checkpoint';
    default:
      return end satisfies never;
  }
}

const trialOf = (index: number, { trials }: SweepView): SweepTrial =>
  trials.find(({ number }) => number === index + 1)!;

const STATES: Readonly<Record<SweepTrial['state'], string>> = {
  waiting: 'waiting',
  training: 'training',
  paused: 'at a rung',
  outranked: 'stopped early',
  interrupted: 'interrupted',
  finished: 'finished',
  failed: 'failed',
};

/** Returns the table of a sweep as lines of text, with how its figures were measured. */
export function sweepTable(view: SweepView): string[] {
  const { settings, trials, stopping, cautions } = view;
  const rankings = trials.flatMap(({ ranking }) => ranking ?? []);
  const k = rankings[0]?.k;
  const header = [
    'RANK',
    'RUN',
    'STATE',
    ...settings,
    'BEST BOUND',
    k === undefined ? 'L_k' : `L_${k}`,
    'SAMPLES',
    'TIME',
  ];
  const rows = trials.map((trial) => [
    ...[trial.rank === null ? '-' : String(trial.rank), trial.run, STATES[trial.state]],
    ...settings.map((setting) => trial.values[setting] ?? '-'),
    trial.bound === null ? '-' : formatNats(trial.bound),
    trial.ranking ? formatNats(trial.ranking.logLikelihood) : '-',
    ...[formatCount(trial.samples), formatSeconds(trial.seconds)],
  ]);
  const images = [...new Set(rankings.map(({ images }) => formatCount(images)))].join(' or ');
  const notes = trials.filter(({ reason }) => reason !== '').map(({ run, reason }) => `${run}: ${reason}`);
  return [
    ...formatTable([header, ...rows]),
    'bounds in nats per image on the validation split, higher is better',
    ...(k === undefined
      ? []
      : [
          `ranked by L_${k}, the importance-weighted bound of ${formatCount(k)} draws for each of ${images} images`,
        ]),
    ...(stopping ? [stoppingText(stopping)] : []),
    ...cautions,
    ...notes,
  ];
}

/** Says how trials are stopped early. */
export function stoppingText({ rungs, reduction }: NonNullable<SweepView['stopping']>): string {
  const at = rungs.map(formatCount).join(', ');
  return `early stopping (ASHA): at ${at} samples, the best 1 of ${reduction} trials by validation bound goes on`;
}
