import * as vscode from 'vscode';
import * as z from 'zod';
import { parseArgument } from '../commands/parse-argument';
import { isProgram } from '../commands/register';
import { Command } from '../identifiers';
import type { ExtensionServices } from '../services';
import { RUN_ORDERS, RUN_STATES, runStateOf } from './run-list';
import type { RunOrder } from './run-list';
import { stateLabel } from './state-label';

/** What the runs tree lists now. */
export interface ListedResult {
  readonly order: RunOrder;
  /** Folders, in their order. */
  readonly shown: readonly string[];
  readonly hidden: number;
}

function resultOf({ runList, runs }: ExtensionServices): ListedResult {
  const { shown, hidden } = runList.of(runs.entries);
  return { order: runList.order, shown: shown.map(({ folder }) => folder), hidden };
}

const orderText = (order: RunOrder): string => {
  switch (order) {
    case 'newest':
      return vscode.l10n.t('Newest First');
    case 'name':
      return vscode.l10n.t('By Name');
    case 'bound':
      return vscode.l10n.t('By Bound, Highest First');
    case 'dataset':
      return vscode.l10n.t('By Dataset');
  }
};

const sortArgument = z.strictObject({ by: z.enum(RUN_ORDERS) });

/** `VAE: Sort Runs`: asks for the order of the runs tree; a program passes `{ by }`. */
export async function sortRuns(
  host: ExtensionServices,
  argument?: unknown,
): Promise<ListedResult | undefined> {
  const order = isProgram([argument])
    ? parseArgument(Command.sortRuns, sortArgument, argument).by
    : await askOrder(host);
  if (order === undefined) return undefined;
  await host.runList.sortBy(order);
  return resultOf(host);
}

async function askOrder({ runList }: ExtensionServices): Promise<RunOrder | undefined> {
  const items = RUN_ORDERS.map((order) => ({
    label: orderText(order),
    description: order === runList.order ? vscode.l10n.t('as now') : '',
    order,
  }));
  return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t('VAE: Sort Runs') }))?.order;
}

const filterArgument = z.strictObject({
  text: z.string().max(1000).optional(),
  states: z.array(z.enum(RUN_STATES)).optional(),
});

/** `VAE: Filter Runs by Text`: filters the runs tree while the text is typed; a program passes `{ text, states }`. */
export async function filterRuns(
  host: ExtensionServices,
  argument?: unknown,
): Promise<ListedResult | undefined> {
  const { runList } = host;
  if (isProgram([argument])) {
    const { text, states } = parseArgument(Command.filterRuns, filterArgument, argument);
    await runList.filterBy({ ...(text !== undefined && { text }), ...(states && { states }) });
    return resultOf(host);
  }
  const { text: before } = runList.filter;
  const typed = await vscode.window.showInputBox({
    title: vscode.l10n.t('VAE: Filter Runs by Text'),
    value: before,
    prompt: vscode.l10n.t('Words of the name, dataset, preset, tags or notes; empty for all runs'),
    // Called with every change of the text: the tree shows at once what it finds.
    validateInput: (text) => runList.filterBy({ text }).then(() => undefined),
  });
  await runList.filterBy({ text: typed ?? before });
  return typed === undefined ? undefined : resultOf(host);
}

/** `VAE: Filter Runs by State`. */
export async function filterRunsByState(host: ExtensionServices): Promise<ListedResult | undefined> {
  const { runList, runs } = host;
  const chosen = runList.filter.states;
  const items = RUN_STATES.map((state) => {
    const count = runs.entries.filter((entry) => runStateOf(entry) === state).length;
    return {
      label: stateLabel(state),
      description: count === 1 ? vscode.l10n.t('1 run') : vscode.l10n.t('{0} runs', count),
      picked: chosen.length === 0 || chosen.includes(state),
      state,
    };
  });
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('VAE: Filter Runs by State'),
    placeHolder: vscode.l10n.t('States of the runs to list'),
    canPickMany: true,
  });
  if (picked === undefined) return undefined;
  // All states, as none, are no filter: it would also hide nothing.
  const states = picked.length === RUN_STATES.length ? [] : picked.map(({ state }) => state);
  await runList.filterBy({ states });
  return resultOf(host);
}

/** `VAE: Clear Filter of Runs`. */
export async function clearRunFilter(host: ExtensionServices): Promise<ListedResult> {
  await host.runList.clearFilter();
  return resultOf(host);
}
