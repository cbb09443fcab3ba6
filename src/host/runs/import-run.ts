import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as vscode from 'vscode';
import * as z from 'zod';
import { MAX_RUN_NAME } from '../../domain/run-about';
import { importRun as runImport } from '../../endpoint/import-run';
import type { ImportedFolder } from '../../protocol/schemas/imported';
import { cancellableWork } from '../cancellable-work';
import { givenPath } from '../commands/given-path';
import { parseArgument } from '../commands/parse-argument';
import { isProgram } from '../commands/register';
import { plainName, plainText } from '../format';
import { Command } from '../identifiers';
import { showInformation } from '../messages';
import type { ExtensionServices } from '../services';
import { localFolders, runsRootOf } from '../settings';
import { requireLocal, requireTrust } from '../trust';
import { runName } from './run-item';
import { localPath } from '../local-files';

export interface ImportResult {
  /** URI of the run's folder. */
  readonly run: string;
  /** Training step of its newest weights. */
  readonly step: number;
  /** What was left out or is missing, a sentence each. */
  readonly notes: readonly string[];
}

const importArgument = z.strictObject({
  file: givenPath,
  name: z.string().max(MAX_RUN_NAME).default(''),
});

/** What to import, and into which workspace folder. */
interface ChosenImport {
  readonly file: string;
  readonly name: string;
  readonly folder: vscode.WorkspaceFolder;
}

/**
 * `VAE: Import Run`: unpacks a run that was exported as an archive into the runs of the workspace, and shows it. From the file explorer it
 * imports that file; a program passes `{ file, name }`.
 */
export async function importRun(
  host: ExtensionServices,
  argument?: unknown,
): Promise<ImportResult | undefined> {
  requireTrust();
  const chosen = await chosenImport(argument);
  if (!chosen) return undefined;
  const imported = await withProgress(host, chosen);
  if (imported === null) {
    void showInformation(
      vscode.l10n.t('VAE: the import of {0} was cancelled.', plainName(basename(chosen.file))),
    );
    return undefined;
  }
  const { folder, step, notes } = imported;
  await host.runs.include(folder);
  await host.current.choose(folder);
  host.showExplorer();
  const entry = host.runs.find(folder);
  const text = vscode.l10n.t(
    'VAE: {0} is imported as at step {1}.',
    entry ? runName(entry) : plainName(basename(folder)),
    step.toLocaleString('en'),
  );
  void showInformation([text, ...notes.map((note) => plainText(note))].join(' '));
  return { run: pathToFileURL(folder).href, step, notes };
}

async function chosenImport(argument: unknown): Promise<ChosenImport | undefined> {
  const folders = localFolders();
  const [first] = folders;
  if (first === undefined)
    throw new Error(vscode.l10n.t('Runs are stored in a folder of your workspace. Open a folder first.'));
  if (isProgram([argument])) {
    const { file, name } = parseArgument(Command.importRun, importArgument, argument);
    return { file, name, folder: first };
  }
  const title = vscode.l10n.t('VAE: Import Run');
  const file = argument instanceof vscode.Uri ? local(argument) : await askFile(title);
  if (file === undefined) return undefined;
  const folder = folders.length === 1 ? first : await askFolder(folders, title);
  return folder && { file, name: '', folder };
}

function local(uri: vscode.Uri): string {
  requireLocal(uri);
  return localPath(uri);
}

async function askFile(title: string): Promise<string | undefined> {
  const [file] =
    (await vscode.window.showOpenDialog({
      ...{ canSelectFiles: true, canSelectFolders: false, canSelectMany: false, title },
      openLabel: vscode.l10n.t('Import'),
      filters: { [vscode.l10n.t('Archives of runs')]: ['zip'] },
    })) ?? [];
  return file && localPath(file);
}

async function askFolder(
  folders: readonly vscode.WorkspaceFolder[],
  title: string,
): Promise<vscode.WorkspaceFolder | undefined> {
  const items = folders.map((folder) => ({ label: folder.name, description: runsRootOf(folder), folder }));
  const placeHolder = vscode.l10n.t('Workspace folder whose run it becomes');
  return (await vscode.window.showQuickPick(items, { title, placeHolder }))?.folder;
}

/** Imports with a progress notification; null if cancelled. */
function withProgress(
  host: ExtensionServices,
  { file, name, folder }: ChosenImport,
): Thenable<ImportedFolder | null> {
  const title = vscode.l10n.t('VAE: Importing {0}', plainName(basename(file)));
  const engineFolder = join(host.context.extensionPath, 'dist', 'engine');
  const request = { file, name, runsRoot: runsRootOf(folder), engineFolder };
  return cancellableWork(title, '', (signal, onProgress) => runImport(request, signal, onProgress));
}
