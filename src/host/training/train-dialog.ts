import * as vscode from 'vscode';
import { localFolders } from '../settings';
import { datasetSource } from './dataset-source';
import { imageFolders } from './image-folders';
import { labelTables } from './label-tables';
import {
  choicesSchema,
  dataChoices,
  labelChoices,
  lastFirst,
  latentChoices,
  presetChoices,
  sizeChoices,
} from './train-choices';
import type { Choice, DataChoice, ImageFolder, TrainChoices } from './train-choices';

const LAST = 'vae.lastTraining';

/** Asks for the choices of `VAE: Train` and remembers them; undefined if the user dismisses a question. */
export async function askTrainChoices(
  state: vscode.Memento,
  preselected?: string,
): Promise<TrainChoices | undefined> {
  const last = choicesSchema.safeParse(state.get(LAST)).data ?? null;
  const data = preselected === undefined ? await askData(last) : { data: preselected };
  if (!data) return undefined;
  if ('choices' in data) return data.choices;
  const { kind } = await datasetSource(data.data, undefined);
  // Images of any size are resized to one size; arrays already have one.
  const isResized = kind === 'folder' || kind === 'zip' || kind === 'parquet';
  const tables = kind === 'folder' || kind === 'zip' ? await labelTables(data.data, kind) : [];
  const steps = 2 + Number(isResized) + Number(tables.length > 0);
  let step = 0;
  const labels =
    tables.length > 0
      ? await ask(
          labelChoices(tables, last, data.data, vscode.l10n.t),
          title(++step, steps),
          vscode.l10n.t('Table with the labels of the images'),
        )
      : { value: null };
  if (!labels) return undefined;
  const preset = await ask(
    lastFirst(presetChoices(vscode.l10n.t), last?.preset),
    title(++step, steps),
    vscode.l10n.t('Preset'),
  );
  if (!preset) return undefined;
  const latent = await ask(
    lastFirst(latentChoices(vscode.l10n.t), last?.latent),
    title(++step, steps),
    vscode.l10n.t('Size of the latent space'),
  );
  if (!latent) return undefined;
  const size = isResized
    ? await ask(
        lastFirst(sizeChoices(preset.value, vscode.l10n.t), last?.size),
        title(++step, steps),
        vscode.l10n.t('Size of the images'),
      )
    : { value: null };
  if (!size) return undefined;
  const choices = {
    data: data.data,
    labels: labels.value,
    preset: preset.value,
    latent: latent.value,
    size: size.value,
  };
  await state.update(LAST, choices);
  return choices;
}

const title = (step: number, steps: number): string => vscode.l10n.t('VAE: Train ({0}/{1})', step, steps);

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
): Promise<{ data: string } | { choices: TrainChoices } | undefined> {
  const items = findFolders().then((folders) => dataChoices(last, folders, vscode.l10n.t));
  const chosen = await ask<DataChoice>(items, vscode.l10n.t('VAE: Train'), vscode.l10n.t('What to train on'));
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
  return (await Promise.all(localFolders().map((folder) => imageFolders(folder.uri.fsPath)))).flat();
}

function fileFilters(): Record<string, string[]> {
  return {
    [vscode.l10n.t('Datasets')]: ['zip', 'npz', 'npy', 'parquet', 'gz', 'idx', 'idx3-ubyte'],
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
  return uri && { data: uri.fsPath };
}
