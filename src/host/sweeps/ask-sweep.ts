import { availableParallelism } from 'node:os';
import * as vscode from 'vscode';
import type { DatasetSource } from '../../datasets/dataset';
import { MAX_TRIALS } from '../../domain/sweep';
import type { PresetName } from '../../runs/config';
import { parseRequest, presetOf, presetSettings } from '../../runs/settings/parse-request';
import { rangeText, SETTINGS } from '../../runs/settings/setting-table';
import type { SettingGroup } from '../../runs/settings/setting-table';
import { leafValues, settingText } from '../../runs/settings/setting-values';
import { parseSpace, requestOf, trialsOf } from '../../sweeps/trials';
import { parseDimension } from '../../sweeps/values';
import { formatCount } from '../../text/format-count';
import { askTarget } from '../clusters/ask-target';
import { plainName } from '../format';
import { showWarning } from '../messages';
import { groupNames } from '../training/ask-settings';

/** What of a sweep is chosen in the list of its settings. */
export interface SweepChoices {
  /** Values by setting, as `vae sweep --set` takes them. */
  readonly set: Readonly<Record<string, string>>;
  /** Number of trials that are drawn by chance; null for all combinations. */
  readonly trials: number | null;
  /** Whether later trials are chosen from the results of earlier ones, which a cluster can. */
  readonly isGuided: boolean;
  readonly stopsEarly: boolean;
  readonly parallel: number;
  /** Name of the cluster; null for this machine. */
  readonly on: string | null;
}

export const NO_CHOICES: SweepChoices = {
  ...{ set: {}, trials: null, isGuided: false, stopsEarly: false, parallel: 1, on: null },
};

type Answer =
  | { readonly kind: 'begin' }
  | {
      readonly kind: 'setting';
      readonly key: string;
      readonly description: string;
      readonly expected: string;
    }
  | { readonly kind: 'trials' | 'stopsEarly' | 'parallel' | 'on' };
type Row = vscode.QuickPickItem & { readonly answer?: Answer };

/** Setting that is none of `--set` of a training, but of a sweep. */
const SEED = 'seed';

/**
 * Asks for the values of settings, and how they are searched, one after the other, until the user begins; undefined if the user
 * dismisses the list.
 */
export async function askSweep(
  preset: PresetName,
  source: DatasetSource,
  begin: SweepChoices,
): Promise<SweepChoices | undefined> {
  let current = begin;
  let active: string | undefined;
  for (;;) {
    const rows = rowsOf(preset, source, current);
    const row = await askRow(rows, active);
    if (!row?.answer) return undefined;
    active = row.label;
    if (row.answer.kind === 'begin') {
      const problem = problemOf(preset, source, current);
      if (problem === null) return current;
      void showWarning(`VAE: ${problem}`);
    } else current = await askOne(row.answer, current);
  }
}

/** Says why these choices are no sweep; null if they are one. */
export function problemOf(preset: PresetName, source: DatasetSource, choices: SweepChoices): string | null {
  try {
    trialsWith(preset, source, choices);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Returns the combinations of values. @throws RequestError if there are none, or one cannot be trained on any images */
function trialsWith(preset: PresetName, source: DatasetSource, { set, trials, isGuided }: SweepChoices) {
  const { shared, dimensions } = parseSpace(set);
  const base = requestOf({ source, preset, seed: 0, set: {} }, shared);
  const search =
    trials === null
      ? ({ kind: 'grid' } as const)
      : ({ kind: isGuided ? 'tpe' : 'random', trials, seed: 0 } as const);
  const found = trialsOf(dimensions, search);
  for (const values of found) parseRequest(requestOf(base, values));
  return found;
}

/** Shows the list. @param active label of the row to begin at */
function askRow(rows: readonly Row[], active: string | undefined): Promise<Row | undefined> {
  const pick = vscode.window.createQuickPick<Row>();
  pick.title = vscode.l10n.t('VAE: Sweep, Settings');
  pick.placeholder = vscode.l10n.t('Choose settings and give each several values');
  pick.ignoreFocusOut = true;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.items = rows;
  const item = rows.find(({ label }) => label === active);
  if (item) pick.activeItems = [item];
  return new Promise<Row | undefined>((resolve) => {
    pick.onDidAccept(() => resolve(pick.selectedItems[0]));
    pick.onDidHide(() => resolve(undefined));
    pick.show();
  }).finally(() => pick.dispose());
}

function rowsOf(preset: PresetName, source: DatasetSource, current: SweepChoices): Row[] {
  const usual = leafValues(presetSettings(presetOf(preset)));
  const settings = SETTINGS.flatMap((setting): (Row & { readonly group: SettingGroup })[] => {
    const before = settingText(usual, setting);
    if (before === undefined) return [];
    const { key, description, range, group } = setting;
    const given = current.set[key];
    return [
      {
        label: key,
        description: given === undefined ? before : vscode.l10n.t('{0} (the preset has {1})', given, before),
        detail: `${description}: ${rangeText(range)}`,
        answer: { kind: 'setting', key, description, expected: rangeText(range) },
        group,
      },
    ];
  });
  const separator = (label: string): Row => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const groups = groupNames();
  const seedText = vscode.l10n.t('seed of start values, minibatches and noise');
  return [
    {
      label: vscode.l10n.t('$(play) Plan the Sweep…'),
      description: planText(preset, source, current),
      answer: { kind: 'begin' },
    },
    separator(vscode.l10n.t('This sweep')),
    {
      label: vscode.l10n.t('Search'),
      description: searchText(current),
      answer: { kind: 'trials' },
    },
    {
      label: vscode.l10n.t('Early stopping'),
      description: current.stopsEarly ? vscode.l10n.t('on') : vscode.l10n.t('off'),
      detail: vscode.l10n.t(
        'At one quarter, one sixteenth, … of the training, the best one of four trials goes on',
      ),
      answer: { kind: 'stopsEarly' },
    },
    {
      label: vscode.l10n.t('Place'),
      description: current.on === null ? vscode.l10n.t('this machine') : plainName(current.on),
      detail: vscode.l10n.t('A cluster trains as many trials at once as it has room for'),
      answer: { kind: 'on' },
    },
    ...(current.on === null
      ? [
          {
            label: vscode.l10n.t('Trials at once'),
            description: String(current.parallel),
            detail: vscode.l10n.t('The cores of this machine are divided among them'),
            answer: { kind: 'parallel' },
          } as const,
        ]
      : []),
    {
      label: SEED,
      description: current.set[SEED] ?? '0',
      detail: seedText,
      answer: {
        kind: 'setting',
        key: SEED,
        description: seedText,
        expected: vscode.l10n.t('whole numbers from 0'),
      },
    },
    ...(Object.keys(groups) as SettingGroup[]).flatMap((group) => [
      separator(groups[group]),
      ...settings.filter((row) => row.group === group),
    ]),
  ];
}

function searchText({ trials, isGuided }: SweepChoices): string {
  if (trials === null) return vscode.l10n.t('all combinations');
  return isGuided
    ? vscode.l10n.t('{0} chosen from the results of earlier ones', formatCount(trials))
    : drawnText(trials);
}

const drawnText = (trials: number): string =>
  trials === 1
    ? vscode.l10n.t('1 drawn by chance')
    : vscode.l10n.t('{0} drawn by chance', formatCount(trials));

/** Says how many trials there are, or what is missing. */
function planText(preset: PresetName, source: DatasetSource, current: SweepChoices): string {
  if (Object.keys(current.set).length === 0) return vscode.l10n.t('no values yet');
  try {
    const { length } = trialsWith(preset, source, current);
    return length === 1 ? vscode.l10n.t('1 trial') : vscode.l10n.t('{0} trials', formatCount(length));
  } catch (error) {
    return (error as Error).message;
  }
}

async function askOne(
  answer: Exclude<Answer, { kind: 'begin' }>,
  current: SweepChoices,
): Promise<SweepChoices> {
  switch (answer.kind) {
    case 'setting':
      return askValues(answer, current);
    case 'stopsEarly':
      return { ...current, stopsEarly: !current.stopsEarly };
    case 'parallel': {
      const cores = availableParallelism();
      const parallel = await askNumber(vscode.l10n.t('VAE: Sweep, Trials at Once'), current.parallel, cores);
      return parallel === undefined ? current : { ...current, parallel };
    }
    case 'trials':
      return askSearch(current);
    case 'on': {
      const on = await askTarget(vscode.l10n.t('VAE: Sweep, Place'), true);
      if (on === undefined) return current;
      // What only a cluster can is not left over.
      return { ...current, on, ...(on === null ? { isGuided: false } : { parallel: 1 }) };
    }
    default:
      return answer satisfies never;
  }
}

async function askSearch(current: SweepChoices): Promise<SweepChoices> {
  const title = vscode.l10n.t('VAE: Sweep, Search');
  const all = { label: vscode.l10n.t('All Combinations') };
  const drawn = {
    label: vscode.l10n.t('Some, Drawn by Chance…'),
    description: vscode.l10n.t('values may also be ranges, such as 1e-4..1e-2'),
  };
  const guided = {
    label: vscode.l10n.t('Some, Chosen from Earlier Results…'),
    description: vscode.l10n.t('by the tree-structured Parzen estimator of Optuna, which the nodes need'),
  };
  const items = current.on === null ? [all, drawn] : [all, drawn, guided];
  const chosen = await vscode.window.showQuickPick(items, { title, ignoreFocusOut: true });
  if (chosen === undefined) return current;
  if (chosen === all) return { ...current, trials: null, isGuided: false };
  const trials = await askNumber(
    vscode.l10n.t('VAE: Sweep, Number of Trials'),
    current.trials ?? 10,
    MAX_TRIALS,
  );
  return trials === undefined ? current : { ...current, trials, isGuided: chosen === guided };
}

async function askNumber(title: string, value: number, max: number): Promise<number | undefined> {
  const text = await vscode.window.showInputBox({
    ...{ title, value: String(value), ignoreFocusOut: true },
    validateInput: (typed) =>
      /^\s*\d+\s*$/.test(typed) && Number(typed) >= 1 && Number(typed) <= max
        ? null
        : vscode.l10n.t('Expected a whole number from 1 to {0}.', formatCount(max)),
  });
  return text === undefined ? undefined : Number(text);
}

/** Asks for the values of a setting; an empty text leaves it to the preset. */
async function askValues(
  { key, description, expected }: Extract<Answer, { kind: 'setting' }>,
  current: SweepChoices,
): Promise<SweepChoices> {
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('VAE: Sweep, {0}', key),
    value: current.set[key] ?? '',
    ignoreFocusOut: true,
    prompt: vscode.l10n.t(
      '{0}: {1}. Several values are separated by commas, lists stand in brackets. Empty for what the preset has.',
      description,
      expected,
    ),
    validateInput(typed) {
      if (typed.trim() === '') return null;
      try {
        parseDimension(key, typed.trim());
        return null;
      } catch (error) {
        return (error as Error).message;
      }
    },
  });
  if (text === undefined) return current;
  const set = { ...current.set, [key]: text.trim() };
  if (set[key] === '') delete set[key];
  return { ...current, set };
}
