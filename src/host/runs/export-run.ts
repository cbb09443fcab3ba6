import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as vscode from 'vscode';
import * as z from 'zod';
import {
  EXPORT_CHOICES,
  EXPORT_FORMATS,
  PAGE_IMAGES,
  TABLE_TYPES,
  exportedNames,
} from '../../domain/export-formats';
import type { ExportChoice, PageImages, TableType } from '../../domain/export-formats';
import { exportRun as runExport } from '../../endpoint/export-run';
import type { ExportedFiles } from '../../protocol/schemas/exported';
import { cancellableWork } from '../cancellable-work';
import { givenPath } from '../commands/given-path';
import { parseArgument } from '../commands/parse-argument';
import { isProgram } from '../commands/register';
import { plainName, plainText } from '../format';
import { Command } from '../identifiers';
import { confirm, showInformation } from '../messages';
import { reveal } from '../reveal';
import type { ExtensionServices } from '../services';
import { requireTrust } from '../trust';
import { chosenRun } from './pick-run';
import { runName } from './run-item';
import type { RunEntry } from './runs-model';
import { fileUri, localPath } from '../local-files';

export interface ExportResult {
  readonly uris: readonly string[];
  /** Training step of the weights. */
  readonly step: number;
  /** What the files lack and why, a sentence each. */
  readonly notes: readonly string[];
}

/** What is exported, and where to. */
interface ChosenExport extends ExportChoice {
  /** Null for the folder `export` of the run. */
  readonly folder: string | null;
}

const exportArgument = z.strictObject({
  run: z.unknown().optional(),
  format: z.enum(EXPORT_FORMATS).default(EXPORT_FORMATS[0]),
  table: z.enum(TABLE_TYPES).default(TABLE_TYPES[0]),
  images: z.enum(PAGE_IMAGES).default(PAGE_IMAGES[0]),
  folder: givenPath.nullable().default(null),
  overwrite: z.boolean().default(false),
});

/**
 * `VAE: Export Run`: writes the run's newest model as files that other programs read. A program passes
 * `{ run, format, table, images, folder, overwrite }`.
 */
export async function exportRun(
  host: ExtensionServices,
  argument?: unknown,
): Promise<ExportResult | undefined> {
  requireTrust();
  const isAsked = !isProgram([argument]);
  const program = isAsked ? null : parseArgument(Command.exportRun, exportArgument, argument);
  const entry = await chosenRun(host, argument, vscode.l10n.t('VAE: Export Run'));
  if (!entry) return undefined;
  if (entry.record?.checkpoints.length === 0)
    throw new Error(
      vscode.l10n.t('{0} has no checkpoint yet, so there is no model to export.', runName(entry)),
    );
  const chosen = program ?? (await askExport());
  if (!chosen) return undefined;
  const older = chosen.folder === null ? [] : await olderFiles(chosen.folder, chosen);
  if (older.length > 0 && program && !program.overwrite)
    throw new Error(
      vscode.l10n.t('{0} already exists; choose another folder, or overwrite it.', older.join(', ')),
    );
  if (older.length > 0 && isAsked && !(await mayReplace(older))) return undefined;
  const mayOverwrite = program?.overwrite ?? older.length > 0;
  const exported = await withProgress(host, entry, { ...chosen, overwrite: mayOverwrite });
  if (exported === null) {
    void showInformation(vscode.l10n.t('VAE: the export of {0} was cancelled.', runName(entry)));
    return undefined;
  }
  void offer(entry, exported);
  const { step, notes } = exported;
  return { uris: exported.files.map((file) => pathToFileURL(file).href), step, notes };
}

function choiceItem(choice: ExportChoice): vscode.QuickPickItem & { readonly choice: ExportChoice } {
  const description = topNames(choice);
  switch (choice.format) {
    case 'onnx':
      return {
        ...{ choice, description, label: 'ONNX' },
        detail: vscode.l10n.t(
          'Encoder and decoder, for ONNX Runtime and other programs that read ONNX files',
        ),
      };
    case 'pytorch':
      return {
        ...{ choice, description, label: 'PyTorch' },
        detail: vscode.l10n.t('A readable PyTorch module, and its weights'),
      };
    case 'tfjs':
      return {
        ...{ choice, description, label: 'TensorFlow.js' },
        detail: vscode.l10n.t('Encoder and decoder, for pages and programs in JavaScript'),
      };
    case 'latents':
      return {
        ...{ choice, description, label: vscode.l10n.t('Table of Images ({0})', TABLES[choice.table]) },
        detail: vscode.l10n.t('Encodings, bounds, map, labels and tags, a row per image'),
      };
    case 'tensorboard':
      return {
        ...{ choice, description, label: 'TensorBoard' },
        detail: vscode.l10n.t('Curves, and the images in latent space for the projector'),
      };
    case 'model-card':
      return {
        ...{ choice, description, label: vscode.l10n.t('Model Card') },
        detail: vscode.l10n.t('Data, settings, bounds and pictures, to read and to publish'),
      };
    case 'html':
      return {
        ...{ choice, description, label: vscode.l10n.t('Web Page') },
        detail: vscode.l10n.t(
          'Map, decoder, paths and curve in one file, for any browser, without a network',
        ),
      };
    case 'run':
      return {
        ...{ choice, description, label: vscode.l10n.t('Whole Run') },
        detail: vscode.l10n.t('An archive without images, which Import Run opens elsewhere'),
      };
  }
}

/** Names of the files and folders that an export makes. */
const topNames = (choice: ExportChoice): string =>
  [...new Set(exportedNames(choice).map((name) => name.split('/')[0]!))].join(', ');

const TABLES: Readonly<Record<TableType, string>> = { parquet: 'Parquet', csv: 'CSV', npz: 'NumPy' };

/** Asks for the format, then for the place; undefined if the user dismisses a question. */
async function askExport(): Promise<ChosenExport | undefined> {
  const title = vscode.l10n.t('VAE: Export Run');
  const formats = EXPORT_CHOICES.map(choiceItem);
  const placeHolder = vscode.l10n.t('Format of the files');
  const picked = (await vscode.window.showQuickPick(formats, { title, placeHolder }))?.choice;
  const choice = picked?.format === 'html' ? await withImages(picked, title) : picked;
  if (choice === undefined) return undefined;
  const inRun = { label: vscode.l10n.t('Into the Run Folder'), description: 'export' };
  const elsewhere = { label: vscode.l10n.t('Choose Folder…') };
  const places = [inRun, elsewhere];
  const place = await vscode.window.showQuickPick(places, {
    title,
    placeHolder: vscode.l10n.t('Where the files are written'),
  });
  if (place === inRun) return { ...choice, folder: null };
  if (place === undefined) return undefined;
  const [folder] =
    (await vscode.window.showOpenDialog({
      ...{ canSelectFiles: false, canSelectFolders: true, canSelectMany: false, title },
      openLabel: vscode.l10n.t('Export Here'),
    })) ?? [];
  return folder && { ...choice, folder: localPath(folder) };
}

/** Asks which pictures go into a page, which leaves the machine with them; undefined if the user dismisses the question. */
async function withImages(choice: ExportChoice, title: string): Promise<ExportChoice | undefined> {
  const details: Readonly<Record<PageImages, readonly [label: string, detail: string]>> = {
    sample: [
      vscode.l10n.t('A Sample of the Images'),
      vscode.l10n.t('Up to 500 images that represent the dataset, for the map and the paths'),
    ],
    all: [vscode.l10n.t('All Images of the Map'), vscode.l10n.t('Up to 10,000 images; the file is larger')],
    none: [
      vscode.l10n.t('No Images'),
      vscode.l10n.t('The map shows points, and pictures are only what the model decodes'),
    ],
  };
  const items = PAGE_IMAGES.map((images) => {
    const [label, detail] = details[images];
    return { label, detail, images };
  });
  const placeHolder = vscode.l10n.t(
    'Which pictures of the dataset the page holds; names of files are left out',
  );
  const images = (await vscode.window.showQuickPick(items, { title, placeHolder }))?.images;
  return images && { ...choice, images };
}

/** Returns the files in a chosen folder that the export would replace. */
async function olderFiles(folder: string, choice: ExportChoice): Promise<string[]> {
  const paths = exportedNames(choice).map((name) => join(folder, name));
  const found = await Promise.all(
    paths.map((path) =>
      vscode.workspace.fs.stat(fileUri(path)).then(
        () => true,
        () => false,
      ),
    ),
  );
  return paths.filter((_, i) => found[i]);
}

function mayReplace(paths: readonly string[]): Promise<boolean> {
  const question =
    paths.length === 1
      ? vscode.l10n.t('Replace the file that is there?')
      : vscode.l10n.t('Replace the files that are there?');
  return confirm(question, paths.join('\n'), vscode.l10n.t('Replace'));
}

/** Exports with a progress notification; null if cancelled. */
function withProgress(
  host: ExtensionServices,
  entry: RunEntry,
  chosen: ChosenExport & { readonly overwrite: boolean },
): Thenable<ExportedFiles | null> {
  const title = vscode.l10n.t('VAE: Exporting {0}', runName(entry));
  const engineFolder = join(host.context.extensionPath, 'dist', 'engine');
  const request = { ...chosen, runFolder: entry.folder, engineFolder };
  return cancellableWork(title, topNames(chosen), (signal, onProgress) =>
    runExport(request, signal, onProgress),
  );
}

/** Files up to which a message names them. */
const MAX_NAMED = 3;

/** Says where the files are, and leads there. */
async function offer(entry: RunEntry, { files, step, notes }: ExportedFiles): Promise<void> {
  const folder = dirname(files[0]!);
  const show = vscode.l10n.t('Reveal');
  const open = vscode.l10n.t('Open Folder');
  const text = vscode.l10n.t(
    'VAE: {0} is exported as at step {1}: {2} in {3}',
    runName(entry),
    step.toLocaleString('en'),
    files.length > MAX_NAMED
      ? vscode.l10n.t('{0} files', files.length)
      : files.map((file) => plainName(file.slice(folder.length + 1))).join(', '),
    folder,
  );
  const chosen = await showInformation([text, ...notes.map((note) => plainText(note))].join(' '), show, open);
  if (chosen === show) await reveal(files[0]!);
  if (chosen === open) {
    const options = { forceNewWindow: true };
    await vscode.commands.executeCommand('vscode.openFolder', fileUri(folder), options);
  }
}
