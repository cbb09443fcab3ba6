import * as vscode from 'vscode';
import type { DatasetSource } from '../../datasets/dataset';
import type { PresetName } from '../../runs/config';
import { RequestError } from '../../runs/request-error';
import { parseRequest, presetOf, presetSettings } from '../../runs/settings/parse-request';
import { rangeText, SETTINGS } from '../../runs/settings/setting-table';
import type { SettingGroup, SettingInfo, SettingRange } from '../../runs/settings/setting-table';
import { leafValues, settingText } from '../../runs/settings/setting-values';
import { showWarning } from '../messages';

/** Settings beyond those that `VAE: Train` asks for, as `vae train` has them. */
interface MoreSettings {
  /** As typed, by the keys of the table. */
  readonly set: Readonly<Record<string, string>>;
  readonly seed: number;
  /** Null for those of the window's settings. */
  readonly engine: string | null;
  readonly threads: number | null;
}

type Row = vscode.QuickPickItem & { readonly answer?: Answer };
type Answer =
  | { readonly kind: 'train' }
  | { readonly kind: 'setting'; readonly setting: SettingInfo }
  | { readonly kind: 'own'; readonly name: 'seed' | 'engine' | 'threads' };

/**
 * Asks for any of the settings of a training, one after the other, until the user begins; undefined if the user dismisses the list.
 * @param source of the images, which decides whether a setting applies
 */
export async function askSettings(
  preset: PresetName,
  source: DatasetSource,
  begin: MoreSettings,
): Promise<MoreSettings | undefined> {
  let current = begin;
  let active: string | undefined;
  for (;;) {
    const rows = rowsOf(preset, source, current);
    const answer = await askRow(rows, active);
    if (!answer) return undefined;
    if (answer.kind === 'train') return current;
    active = answer.kind === 'own' ? answer.name : answer.setting.key;
    current =
      answer.kind === 'own'
        ? await askOwn(answer.name, current)
        : await askOne(preset, source, answer.setting, current);
  }
}

/** Shows the list. @param active key of the row to begin at */
function askRow(rows: readonly Row[], active: string | undefined): Promise<Answer | undefined> {
  const pick = vscode.window.createQuickPick<Row>();
  pick.title = vscode.l10n.t('VAE: Train, All Settings');
  pick.placeholder = vscode.l10n.t('Choose a setting to change it');
  pick.ignoreFocusOut = true;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.items = rows;
  const item = rows.find(({ answer, label }) => answer !== undefined && label === active);
  if (item) pick.activeItems = [item];
  return new Promise<Answer | undefined>((resolve) => {
    pick.onDidAccept(() => resolve(pick.selectedItems[0]?.answer));
    pick.onDidHide(() => resolve(undefined));
    pick.show();
  }).finally(() => pick.dispose());
}

function rowsOf(preset: PresetName, source: DatasetSource, current: MoreSettings): Row[] {
  const usual = leafValues(presetSettings(presetOf(preset)));
  const leaves = leafValues(parseRequest(requestWith(preset, source, current.set)).tree);
  const rows = SETTINGS.flatMap((setting): (Row & { readonly group: SettingGroup })[] => {
    const value = settingText(leaves, setting);
    if (value === undefined) return [];
    const before = settingText(usual, setting);
    return [
      {
        label: setting.key,
        description: valueText(value, before),
        detail: `${setting.description}: ${rangeText(setting.range)}`,
        answer: { kind: 'setting', setting },
        group: setting.group,
      },
    ];
  });
  const groups = groupNames();
  const train: Row = {
    label: vscode.l10n.t('$(play) Train with These Settings'),
    answer: { kind: 'train' },
  };
  return [
    train,
    separator(vscode.l10n.t('This run')),
    own('seed', String(current.seed), vscode.l10n.t('seed of start values, minibatches and noise')),
    own(
      'engine',
      current.engine ?? vscode.l10n.t('as in the settings of VS Code'),
      vscode.l10n.t('engine that runs the model: one of {0}', ENGINES.join(', ')),
    ),
    own(
      'threads',
      current.threads === null ? vscode.l10n.t('as in the settings of VS Code') : String(current.threads),
      vscode.l10n.t('number of engine threads; 0 for one per core'),
    ),
    ...(Object.keys(groups) as SettingGroup[]).flatMap((group) => [
      separator(groups[group]),
      ...rows.filter((row) => row.group === group),
    ]),
  ];
}

const separator = (label: string): Row => ({ label, kind: vscode.QuickPickItemKind.Separator });
const own = (name: 'seed' | 'engine' | 'threads', description: string, detail: string): Row => ({
  label: name,
  ...{ description, detail, answer: { kind: 'own', name } },
});

/** Names of the groups of settings. */
export function groupNames(): Record<SettingGroup, string> {
  return {
    model: vscode.l10n.t('Model'),
    training: vscode.l10n.t('Training'),
    images: vscode.l10n.t('Images'),
    run: vscode.l10n.t('What is kept'),
  };
}

function valueText(value: string, before: string | undefined): string {
  const shown =
    value === '' || value === '0' ? (value === '' ? vscode.l10n.t('left to the images') : value) : value;
  if (value === before) return shown;
  return before === undefined || before === ''
    ? vscode.l10n.t('{0} (changed)', shown)
    : vscode.l10n.t('{0} (the preset has {1})', shown, before);
}

/** Asks for a value of a setting. @returns the settings with it, or as they were if the user dismisses the question */
async function askOne(
  preset: PresetName,
  source: DatasetSource,
  setting: SettingInfo,
  current: MoreSettings,
): Promise<MoreSettings> {
  const leaves = leafValues(parseRequest(requestWith(preset, source, current.set)).tree);
  const value = settingText(leaves, setting) ?? '';
  const change = (text: string): Record<string, string> => withSetting(current.set, setting, text);
  const problem = (text: string): string | null => problemOf(preset, source, change(text));
  const text = await askValue(setting, value, problem);
  return text === undefined ? current : { ...current, set: change(text) };
}

/** Returns settings with another text for one; without it for an empty text. What it is also called goes, too. */
export function withSetting(
  set: Readonly<Record<string, string>>,
  { key, paths }: SettingInfo,
  text: string,
): Record<string, string> {
  const same = new Set([
    key,
    ...paths,
    ...SETTINGS.filter((one) => one.paths.some((path) => paths.includes(path))).map((one) => one.key),
  ]);
  const others = Object.fromEntries(Object.entries(set).filter(([name]) => !same.has(name)));
  // The layers of encoder and decoder are also set together.
  const kept = paths.length > 1 ? others : { ...others, ...siblings(set, paths) };
  return text.trim() === '' ? kept : { ...kept, [key]: text.trim() };
}

/** Splits a setting of several places, of which one is changed, into those of the other places. */
function siblings(set: Readonly<Record<string, string>>, changed: readonly string[]): Record<string, string> {
  const joint = SETTINGS.filter(
    ({ paths }) => paths.length > 1 && paths.some((path) => changed.includes(path)),
  );
  return Object.fromEntries(
    joint.flatMap(({ key, paths }) =>
      set[key] === undefined
        ? []
        : paths.filter((path) => !changed.includes(path)).map((path) => [path, set[key]!]),
    ),
  );
}

/** Says why settings cannot be; null if they can. */
export function problemOf(
  preset: PresetName,
  source: DatasetSource,
  set: Readonly<Record<string, string>>,
): string | null {
  try {
    parseRequest(requestWith(preset, source, set));
    return null;
  } catch (error) {
    if (error instanceof RequestError) return error.message;
    throw error;
  }
}

const requestWith = (preset: PresetName, source: DatasetSource, set: Readonly<Record<string, string>>) => ({
  ...{ source, preset, seed: 0, set },
});

async function askValue(
  { key, description, range }: SettingInfo,
  value: string,
  problem: (text: string) => string | null,
): Promise<string | undefined> {
  const title = vscode.l10n.t('VAE: Train, {0}', key);
  if (range.kind === 'choice') {
    const chosen = await vscode.window.showQuickPick(choicesOf(range, value), {
      ...{ title, placeHolder: description, ignoreFocusOut: true },
    });
    if (!chosen) return undefined;
    const refused = problem(chosen.value);
    if (refused === null) return chosen.value;
    void showWarning(`VAE: ${refused}`);
    return undefined;
  }
  return vscode.window.showInputBox({
    ...{ title, value, ignoreFocusOut: true },
    prompt: vscode.l10n.t('{0}: {1}. Empty for what the preset has.', description, rangeText(range)),
    validateInput: problem,
  });
}

function choicesOf(
  { values }: Extract<SettingRange, { readonly kind: 'choice' }>,
  value: string,
): (vscode.QuickPickItem & { readonly value: string })[] {
  const own = values.map((each) => ({
    label: each,
    value: each,
    ...(each === value ? { description: vscode.l10n.t('now') } : {}),
  }));
  return [...own, { label: vscode.l10n.t('What the Preset Has'), value: '' }];
}

const ENGINES = ['auto', 'tensorflow', 'onnx', 'wasm', 'jax'] as const;
const MAX_THREADS = 1024;

async function askOwn(name: 'seed' | 'engine' | 'threads', current: MoreSettings): Promise<MoreSettings> {
  const title = vscode.l10n.t('VAE: Train, {0}', name);
  if (name === 'engine') {
    const items = [
      ...ENGINES.map((value) => ({ label: value, value })),
      { label: vscode.l10n.t('As in the Settings of VS Code'), value: null },
    ];
    const chosen = await vscode.window.showQuickPick(items, { title, ignoreFocusOut: true });
    return chosen ? { ...current, engine: chosen.value } : current;
  }
  const max = name === 'seed' ? Number.MAX_SAFE_INTEGER : MAX_THREADS;
  const value = current[name];
  const text = await vscode.window.showInputBox({
    ...{ title, value: value === null ? '' : String(value), ignoreFocusOut: true },
    prompt:
      name === 'seed'
        ? vscode.l10n.t(
            'A run with the same seed, images and settings has the same start values, minibatches and noise.',
          )
        : vscode.l10n.t('0 for one per core; empty for the settings of VS Code.'),
    validateInput: (typed) =>
      (name === 'threads' && typed.trim() === '') || isWhole(typed, max)
        ? null
        : vscode.l10n.t('Expected a whole number from 0 to {0}.', max),
  });
  if (text === undefined) return current;
  const number = text.trim() === '' ? null : Number(text);
  return name === 'seed' ? { ...current, seed: number ?? 0 } : { ...current, threads: number };
}

const isWhole = (text: string, max: number): boolean => /^\s*\d+\s*$/.test(text) && Number(text) <= max;
