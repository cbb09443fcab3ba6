import { fileURLToPath } from 'node:url';
import * as vscode from 'vscode';
import type { ExtensionServices } from '../services';
import { entryItem } from './entry-item';
import type { RunEntry } from './runs-model';
import { RunLine } from './tree-lines';
import { localPath } from '../local-files';
import { requireLocal } from '../trust';

/** Returns the folder of the run that a command's argument names: a folder or URI, a line of the tree, or `{ run }`. */
function runFolderOf(argument: unknown): string | undefined {
  if (typeof argument === 'string' || argument instanceof RunLine) return folderOf(argument);
  if (typeof argument !== 'object' || argument === null) return undefined;
  return 'run' in argument && argument.run !== undefined ? givenFolder(argument.run) : undefined;
}

function folderOf(run: string | RunLine): string {
  if (run instanceof RunLine) return run.folder;
  return run.startsWith('file:') ? fileURLToPath(run) : run;
}

/** @throws for what names no run: the command would use another one than the caller meant */
function givenFolder(run: unknown): string {
  if (run instanceof vscode.Uri) {
    requireLocal(run);
    return localPath(run);
  }
  if ((typeof run === 'string' && run !== '') || run instanceof RunLine) return folderOf(run);
  throw new Error(
    `run: got ${JSON.stringify(run) ?? typeof run}, expected the folder of a run, as a path or a URI`,
  );
}

/** Returns the run that the argument names, if any. @throws if the workspace has no such run */
export async function namedRun(host: ExtensionServices, argument: unknown): Promise<RunEntry | undefined> {
  const folder = runFolderOf(argument);
  return folder === undefined ? undefined : runAt(host, folder);
}

/** Returns the run that a value names: a folder or URI, or a line of the tree. @throws if it names none of this workspace */
export async function givenRun(host: ExtensionServices, run: unknown): Promise<RunEntry> {
  return runAt(host, givenFolder(run));
}

async function runAt(host: ExtensionServices, folder: string): Promise<RunEntry> {
  if (!host.runs.find(folder)) await host.runs.refresh();
  const entry = host.runs.find(folder);
  if (entry) return entry;
  throw new Error(vscode.l10n.t('{0} is not a run of this workspace.', folder));
}

/** Asks for one of several runs; takes the only one without asking. @throws with the message `nothing` if there is none */
export async function pickRun(
  candidates: readonly RunEntry[],
  title: string,
  nothing: string,
): Promise<RunEntry | undefined> {
  if (candidates.length === 0) throw new Error(nothing);
  if (candidates.length === 1) return candidates[0];
  const items = candidates.map(runQuickPickItem);
  return (await vscode.window.showQuickPick(items, { title }))?.entry;
}

/** Returns the run that the argument names, or asks for one. @throws if the workspace has no runs */
export async function chosenRun(
  host: ExtensionServices,
  argument: unknown,
  title: string,
): Promise<RunEntry | undefined> {
  const named = await namedRun(host, argument);
  return named ?? (await pickRun(host.runs.entries, title, vscode.l10n.t('This workspace has no runs yet.')));
}

/** Converts a run to a quick pick item. */
export function runQuickPickItem(entry: RunEntry): vscode.QuickPickItem & { readonly entry: RunEntry } {
  const { label, description } = entryItem(entry, false);
  return { label, description, entry };
}
