import { resolve } from 'node:path';
import { Command } from 'commander';
import { blockingCalls } from '../../runs/blocking-calls';
import { newestFirst } from '../../runs/newest-first';
import { runSummary } from '../../runs/run-summary';
import { begunOf, isDamaged, listAwaitedRuns, listRuns } from '../../runs/store';
import type { AwaitedRun, DamagedRun, RunRecord } from '../../runs/store';
import type { Context } from '../context';
import { formatCount } from '../../text/format-count';
import { formatNats, formatTable } from '../format';
import { findRunsRoot } from '../run-argument';

/** `vae runs [FOLDER]`: lists the runs of a folder, newest first. */
export function runsCommand(context: Context): Command {
  return new Command('runs')
    .description('list runs, newest first')
    .argument('[FOLDER]', 'a folder with .vae/runs in it, or a folder of run folders', '.')
    .option('--json', 'print one JSON object per line')
    .action(async (text: string) => {
      const root = await findRunsRoot(resolve(context.cwd, text));
      const runs = await listRuns(root, (message) => context.output.warn(message), blockingCalls);
      const awaited = await listAwaitedRuns(root, runs);
      if (runs.length + awaited.length === 0) {
        context.output.say(`no runs in ${root} yet; \`vae train --data digits\` makes one`, null);
        return;
      }
      const header = ['RUN', 'STATE', 'PRESET', 'DATASET', 'NZ', 'SAMPLES', 'BEST BOUND'];
      const listed = [
        ...awaited.map((run) => ({
          begun: begunOf(run),
          cells: awaitedCells(run),
          others: ['', '', run.remote.target],
        })),
        ...runs.map((run) => ({ begun: begunOf(run), cells: cells(run), others: otherCells(run) })),
      ].sort((a, b) => newestFirst(a.begun, b.begun));
      const rows = [header, ...listed.map((each) => each.cells)];
      const written = [['NAME', 'TAGS', 'CLUSTER'], ...listed.map(({ others }) => others)];
      // Most lists have no run with a name or tags of its own, and none on a cluster.
      const used = [0, 1, 2].filter((i) => written.slice(1).some((row) => row[i] !== ''));
      const table = rows.map((row, r) => [...row, ...used.map((i) => written[r]![i]!)]);
      context.output.say(formatTable(table), null);
      for (const { name, folder, remote } of awaited)
        context.output.say(null, {
          name,
          folder,
          state: remote.state,
          cluster: remote.target,
          message: remote.message,
        });
      for (const run of runs) {
        context.output.say(null, isDamaged(run) ? damage(run) : runSummary(run));
        const note = isDamaged(run) ? `${run.name} is damaged: ${run.damage}` : partNote(run);
        if (note !== null) context.output.warn(note);
      }
    });
}

/** Returns a note on a run whose metrics file is too long to be read for a list; else null. */
function partNote({ name, unreadMetrics }: RunRecord): string | null {
  if (unreadMetrics === 0) return null;
  return `${name}: its best bound is that of the last 8 MB of its metrics; the ${formatCount(unreadMetrics)} bytes before were not read`;
}

function cells(run: RunRecord | DamagedRun): string[] {
  if (isDamaged(run)) return [run.name, 'damaged', '-', '-', '-', '-', '-'];
  const { config, lastRow, best } = run;
  return [
    run.name,
    stateText(run),
    config.preset,
    config.data.name,
    String(config.model.latent),
    lastRow ? formatCount(lastRow.samples) : '-',
    best ? formatNats(best.elbo) : '-',
  ];
}

/** What a cluster knows of a run says more where it has not ended. */
const stateText = ({ outcome, remote }: RunRecord): string =>
  remote !== null && remote.state !== 'ended' ? remote.state : outcome;

/** Of a run that has recorded nothing yet. */
const awaitedCells = ({ name, remote }: AwaitedRun): string[] => [
  name,
  remote.state,
  '-',
  '-',
  '-',
  '-',
  '-',
];

function otherCells(run: RunRecord | DamagedRun): string[] {
  return isDamaged(run)
    ? ['', '', '']
    : [run.about.name, run.about.tags.join(', '), run.remote?.target ?? ''];
}

function damage({ name, folder, damage: message }: DamagedRun): object {
  return { name, folder, state: 'damaged', message };
}
