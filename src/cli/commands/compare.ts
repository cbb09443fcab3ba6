import { Command } from 'commander';
import { compareRuns } from '../../runs/comparison';
import { RunError } from '../../runs/run-error';
import type { Context } from '../context';
import { badInput } from '../exit';
import { formatCount } from '../../text/format-count';
import { formatBound, formatNats, formatSeconds, formatTable } from '../format';
import { resolveRun } from '../run-argument';
import type { ComparedRun, RunComparison } from '../../domain/run-comparison';

interface Options {
  readonly all?: boolean;
}

/** `vae compare RUN RUN...`: metrics of several runs, and the settings in which they differ. */
export function compareCommand(context: Context): Command {
  return new Command('compare')
    .description('compare the figures and settings of runs')
    .argument('<RUN...>', 'two or more run folders, run names, or `latest`')
    .option('--all', 'list all settings, not only those that differ')
    .option('--json', 'print one JSON object')
    .action(async (texts: string[], { all = false }: Options) => {
      const folders = [...new Set(await Promise.all(texts.map((text) => resolveRun(text, context.cwd))))];
      if (folders.length < 2) throw badInput('got one run to compare, expected two or more');
      const comparison = await compareRuns(folders).catch((error: unknown) => {
        throw error instanceof RunError ? badInput(error.message) : error;
      });
      context.output.say(report(comparison, all), { type: 'comparison', ...comparison });
    });
}

function report({ runs, settings, cautions }: RunComparison, all: boolean): string[] {
  const header = ['RUN', 'STATE', 'SAMPLES', 'TIME', 'TRAINING BOUND', 'VALIDATION BOUND', 'BEST'];
  const labels = new Set(runs.map(({ label }) => label));
  const shown = all ? settings : settings.filter(({ differs }) => differs);
  const rows = shown.map(({ name, values }) => [name, ...values.map((value) => value ?? '-')]);
  const table =
    rows.length === 0
      ? ['the settings are all the same']
      : formatTable([['SETTING', ...runs.map(({ name }) => name)], ...rows]);
  return [
    ...formatTable([header, ...runs.map(cells)]),
    ...(labels.size === 1
      ? [`nats per datapoint, ${[...labels][0]}`]
      : runs.map(({ name, label }) => `${name}: nats per datapoint, ${label}`)),
    ...cautions,
    '',
    ...table,
  ];
}

function cells({ name, outcome, samples, seconds, train, validation, best }: ComparedRun): string[] {
  return [
    name,
    outcome,
    formatCount(samples),
    formatSeconds(seconds),
    train ? formatBound(train) : '-',
    validation ? formatBound(validation) : '-',
    best ? `${formatNats(best.elbo)} (step ${formatCount(best.step)})` : '-',
  ];
}
