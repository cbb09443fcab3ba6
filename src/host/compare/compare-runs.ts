import * as vscode from 'vscode';
import * as z from 'zod';
import { MAX_COMPARED_RUNS } from '../../protocol/compare';
import type { CompareView } from '../../protocol/compare';
import { compareRuns as compare } from '../../runs/comparison';
import { uriOf } from './compared-runs';
import type { ExtensionServices } from '../services';
import type { RunEntry } from '../runs/runs-model';
import { givenRun, runQuickPickItem } from '../runs/pick-run';
import { RunLine } from '../runs/tree-lines';
import { formatCount } from '../../text/format-count';

export type ComparedData = Omit<CompareView, 'mayOpenModels'>;

/** Argument of `vae.compareRuns` for programs: folders or URIs of runs, which are checked where the runs are found. */
const argumentSchema = z.union([z.array(z.unknown()), z.strictObject({ runs: z.array(z.unknown()) })]);

/** `VAE: Compare Runs`: takes the selected or given runs, or asks. Shows the panel and returns metrics and settings. */
export async function compareRuns(
  host: ExtensionServices,
  argument?: unknown,
  selection?: unknown,
): Promise<ComparedData | undefined> {
  const entries = await chosenRuns(host, argument, selection);
  if (!entries) return undefined;
  const folders = [...new Set(entries.map(({ folder }) => folder))];
  if (folders.length < 2 || folders.length > MAX_COMPARED_RUNS) {
    throw new Error(
      vscode.l10n.t(
        'VAE compares 2 to {0} runs; {1} were chosen.',
        formatCount(MAX_COMPARED_RUNS),
        formatCount(folders.length),
      ),
    );
  }
  const { runs, ...rest } = await compare(folders);
  host.compared.set(folders);
  host.showComparison();
  return { ...rest, runs: runs.map(({ folder, ...figures }) => ({ ...figures, uri: uriOf(folder) })) };
}

/** Returns the chosen runs; undefined if the user chose none. */
async function chosenRuns(
  host: ExtensionServices,
  argument: unknown,
  selection: unknown,
): Promise<RunEntry[] | undefined> {
  const isLine = argument instanceof RunLine;
  if (isLine && Array.isArray(selection) && selection.length > 1)
    return namedRuns(
      host,
      selection.filter((line) => line instanceof RunLine),
    );
  if (argument !== undefined && argument !== null && !isLine) {
    const parsed = argumentSchema.safeParse(argument);
    if (!parsed.success) throw new Error('vae.compareRuns: expected a list of runs: folders, or file URIs');
    return namedRuns(host, Array.isArray(parsed.data) ? parsed.data : parsed.data.runs);
  }
  await host.runs.refresh();
  const candidates = host.runs.entries.filter(({ record }) => record !== null);
  if (candidates.length < 2)
    throw new Error(vscode.l10n.t('This workspace has fewer than two runs to compare.'));
  const clicked = isLine ? [argument.folder] : host.compared.folders;
  const items = candidates.map((entry) => ({
    ...runQuickPickItem(entry),
    picked: clicked.includes(entry.folder),
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('VAE: Compare Runs'),
    placeHolder: vscode.l10n.t('Two or more runs'),
    canPickMany: true,
  });
  return picked?.map(({ entry }) => entry);
}

async function namedRuns(host: ExtensionServices, named: readonly unknown[]): Promise<RunEntry[]> {
  const entries: RunEntry[] = [];
  for (const run of named) entries.push(await givenRun(host, run));
  return entries;
}
