import * as vscode from 'vscode';
import { plainText } from '../format';
import { showError } from '../messages';
import type { ExtensionServices } from '../services';
import { localFolders } from '../settings';
import { askSettings } from './ask-settings';
import { datasetSource } from './dataset-source';
import { imageFolders } from '../../tools/datasets/image-folders';
import { hasTables } from './label-tables';
import { askLive } from './live-pick';
import { advisedPreset, presetChoices } from './preset-choices';
import {
  asksForColumn,
  choicesSchema,
  columnChoices,
  dataChoices,
  labelChoices,
  lastFirst,
  latentChoices,
  sizeChoices,
} from './train-choices';
import type { Choice, DataChoice, ImageFolder, TrainChoices } from './train-choices';
import { TrainPlan } from './train-plan';
import type { PresetName } from '../../runs/config';
import { localPath } from '../local-files';

const LAST = 'vae.lastTraining';

/** The dataset turned out to be of no use while the user was asked. */
class UnusableError extends Error {}

/**
 * Asks for the choices of `VAE: Train` and remembers them; undefined if the user dismisses a question. If the images turn out to be of
 * no use, says why and asks for others.
 * @param preselected path of the images @throws Error with the reason if these cannot be used
 */
export async function askTrainChoices(
  host: ExtensionServices,
  preselected?: string,
): Promise<TrainChoices | undefined> {
  const state = host.context.workspaceState;
  for (;;) {
    const last = choicesSchema.safeParse(state.get(LAST)).data ?? null;
    const data = preselected === undefined ? await askData(last) : { data: preselected };
    if (!data) return undefined;
    if ('choices' in data) return data.choices;
    try {
      const choices = await askRest(host, data.data, last);
      if (choices) await state.update(LAST, choices);
      return choices;
    } catch (error) {
      if (!(error instanceof UnusableError) || preselected !== undefined) throw error;
      void showError(`VAE: ${error.message}`);
    }
  }
}

/** What several trainings share, before their settings. */
interface DatasetAndPreset extends Pick<TrainChoices, 'labels' | 'labelColumn'> {
  readonly data: string;
  readonly preset: PresetName;
}

/**
 * Asks for the images and the preset alone; undefined if the user dismisses a question.
 * @param title of the questions @param preselected path of the images
 * @throws Error with the reason if the images are of no use
 */
export async function askDatasetAndPreset(
  host: ExtensionServices,
  title: string,
  preselected?: string,
): Promise<DatasetAndPreset | undefined> {
  const chosen = preselected === undefined ? await askData(null, title) : { data: preselected };
  if (!chosen || !('data' in chosen)) return undefined;
  const { data } = chosen;
  const plan = new TrainPlan((signal, onLine) =>
    host.planTraining({ data, preset: null, set: {} }, signal, onLine),
  );
  try {
    const { kind } = await datasetSource(data, undefined);
    const mayHaveTables =
      (kind === 'folder' || kind === 'zip' || kind === 'tar') && (await hasTables(data, kind === 'folder'));
    const labels = mayHaveTables ? await askLabels(plan, data, null, title) : NO_LABELS;
    const preset = labels && (await askPreset(plan, null, title));
    return preset && { data, ...labels, preset: preset.value };
  } finally {
    plan.dispose();
  }
}

/** Asks everything but the dataset, while a plan of the training says more and more. @throws UnusableError */
async function askRest(
  host: ExtensionServices,
  data: string,
  last: TrainChoices | null,
): Promise<TrainChoices | undefined> {
  const source = await datasetSource(data, undefined);
  const { kind } = source;
  const plan = new TrainPlan((signal, onLine) =>
    host.planTraining({ data, preset: null, set: {} }, signal, onLine),
  );
  try {
    // Images of any size are resized to one size; arrays already have one.
    const isResized = kind === 'folder' || kind === 'zip' || kind === 'tar' || kind === 'parquet';
    const mayHaveTables =
      (kind === 'folder' || kind === 'zip' || kind === 'tar') && (await hasTables(data, kind === 'folder'));
    const steps = 2 + Number(isResized) + Number(mayHaveTables);
    let step = 0;
    const next = (): string => vscode.l10n.t('VAE: Train ({0}/{1})', ++step, steps);
    const labels = mayHaveTables ? await askLabels(plan, data, last, next()) : NO_LABELS;
    if (!labels) return undefined;
    const preset = await askPreset(plan, last, next());
    if (!preset) return undefined;
    const chosen = { data, ...labels, preset: preset.value, set: {}, seed: 0, engine: null, threads: null };
    const latent = await askLatent(last, next(), !isResized);
    if (!latent) return undefined;
    if (latent.value === MORE) return await withMore(chosen, source, null, null);
    if (!isResized) return { ...chosen, latent: latent.value, size: null };
    const size = await ask<number | null | typeof MORE>(
      [...lastFirst(sizeChoices(preset.value, vscode.l10n.t), last?.size), more()],
      next(),
      vscode.l10n.t('Size of the images'),
    );
    if (!size) return undefined;
    if (size.value === MORE) return await withMore(chosen, source, latent.value, null);
    return { ...chosen, latent: latent.value, size: size.value };
  } finally {
    plan.dispose();
  }
}

/** Stands for all settings among the choices. */
const MORE = 'more';

function more(): Choice<typeof MORE> {
  return {
    label: vscode.l10n.t('More Settings…'),
    description: vscode.l10n.t('likelihood, hidden layers, samples, seed, engine and all others'),
    value: MORE,
  };
}

/** Asks for any settings, beginning with those that were chosen. */
async function withMore(
  chosen: Omit<TrainChoices, 'latent' | 'size'>,
  source: Parameters<typeof askSettings>[1],
  latent: number | null,
  size: number | null,
): Promise<TrainChoices | undefined> {
  const set = { ...(latent === null ? {} : { latent: String(latent) }) };
  const settings = await askSettings(chosen.preset, source, { set, seed: 0, engine: null, threads: null });
  if (!settings) return undefined;
  const { engine } = choicesSchema.shape;
  return { ...chosen, ...settings, engine: engine.parse(settings.engine), latent: null, size };
}

const NO_LABELS = { labels: null, labelColumn: null } as const;

/** Asks for a table of labels and its column, once the tables are known; does not ask where there is none. */
async function askLabels(
  plan: TrainPlan,
  data: string,
  last: TrainChoices | null,
  title: string,
): Promise<Pick<TrainChoices, 'labels' | 'labelColumn'> | undefined> {
  let known = false;
  let tables: Awaited<TrainPlan['dataset']>['tables'] = [];
  const looking = plan.dataset.then(
    (dataset) => {
      known = true;
      tables = dataset.tables;
    },
    () => (known = true),
  );
  const chosen = await askLive<string | null>({
    title,
    placeHolder: vscode.l10n.t('Table with the labels of the images'),
    choices: () => labelChoices(tables, last, data, vscode.l10n.t),
    isBusy: () => !known,
    changed: (listener) => {
      void looking.then(listener);
      return { dispose: () => undefined };
    },
    answered: () => (known && tables.length === 0 ? { value: null } : undefined),
  });
  if (plan.problem !== '') throw new UnusableError(plan.problem);
  if (!chosen) return undefined;
  const table = tables.find(({ path }) => path === chosen.value);
  if (!table) return NO_LABELS;
  if (!asksForColumn(table))
    return { labels: table.path, labelColumn: table.labels.length === 0 ? '' : null };
  const columns = columnChoices(table, vscode.l10n.t);
  const before = last?.labels === table.path ? last.labelColumn : undefined;
  const column = await ask(lastFirst(columns, before), title, vscode.l10n.t('Column with the labels'));
  return column && { labels: table.path, labelColumn: column.value };
}

async function askPreset(
  plan: TrainPlan,
  last: TrainChoices | null,
  title: string,
): Promise<{ readonly value: PresetName } | undefined> {
  const first = last?.preset;
  const chosen = await askLive<PresetName | null>({
    title,
    placeHolder: vscode.l10n.t('Preset'),
    choices: () => lastFirst(presetChoices(plan, vscode.l10n.t), first),
    isBusy: () => !plan.isDone,
    changed: plan.changed,
    preferred: () => first ?? advisedPreset(plan) ?? 'fast',
    answered: () => (plan.problem !== '' && plan.presets.size === 0 ? { value: null } : undefined),
    refusal: (value) => {
      const planned = value === null ? undefined : plan.presets.get(value);
      return planned && planned.shape === null ? plainText(planned.problem) : null;
    },
  });
  if (chosen?.value === null) throw new UnusableError(plan.problem);
  return chosen && { value: chosen.value };
}

function askLatent(
  last: TrainChoices | null,
  title: string,
  isLast: boolean,
): Thenable<Choice<number | typeof MORE> | undefined> {
  const choices = lastFirst(latentChoices(vscode.l10n.t), last?.latent ?? undefined);
  return ask<number | typeof MORE>(
    isLast ? [...choices, more()] : choices,
    title,
    vscode.l10n.t('Size of the latent space'),
  );
}

function ask<T>(
  choices: readonly Choice<T>[] | Promise<readonly Choice<T>[]>,
  heading: string,
  placeHolder: string,
): Thenable<Choice<T> | undefined> {
  return vscode.window.showQuickPick(choices as readonly Choice<T>[], {
    title: heading,
    placeHolder,
    matchOnDescription: true,
    ignoreFocusOut: true,
  });
}

async function askData(
  last: TrainChoices | null,
  title = vscode.l10n.t('VAE: Train'),
): Promise<{ data: string } | { choices: TrainChoices } | undefined> {
  const items = findFolders().then((folders) => dataChoices(last, folders, vscode.l10n.t));
  const chosen = await ask<DataChoice>(items, title, vscode.l10n.t('What to train on'));
  switch (chosen?.value.kind) {
    case undefined:
      return undefined;
    case 'data':
      return { data: chosen.value.data };
    case 'again':
      return { choices: chosen.value.choices };
    case 'browse-folder':
      return browse(true);
    case 'browse-file':
      return browse(false);
  }
}

async function findFolders(): Promise<ImageFolder[]> {
  const roots = localFolders();
  const found = await Promise.all(
    roots.map(async ({ uri, name }) => {
      const folders = await imageFolders(localPath(uri));
      return folders.map((folder) => ({ ...folder, root: roots.length > 1 ? name : null }));
    }),
  );
  return found.flat();
}

function fileFilters(): Record<string, string[]> {
  return {
    [vscode.l10n.t('Datasets')]: [
      ...['zip', 'tar', 'tgz', 'npz', 'npy', 'parquet', 'gz', 'idx', 'idx3-ubyte', 'safetensors'],
    ],
    [vscode.l10n.t('All files')]: ['*'],
  };
}

async function browse(folders: boolean): Promise<{ data: string } | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    canSelectFolders: folders,
    canSelectFiles: !folders,
    title: folders ? vscode.l10n.t('Folder of Images') : vscode.l10n.t('Dataset File'),
    openLabel: vscode.l10n.t('Train'),
    ...(folders ? {} : { filters: fileFilters() }),
  });
  const uri = chosen?.[0];
  return uri && { data: localPath(uri) };
}
