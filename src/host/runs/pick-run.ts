import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as vscode from 'vscode';
import type { ExtensionServices } from '../services';
import { runItem } from './run-item';
import type { RunEntry } from './runs-model';

/** A command's argument that names a run: its folder or URI, an entry of the tree, or `{ run }`. */
export function runFolderOf(argument: unknown): string | undefined {
  if (typeof argument === 'string') return argument.startsWith('file:') ? fileURLToPath(argument) : argument;
  if (typeof argument !== 'object' || argument === null) return undefined;
  if ('attachment' in argument && 'folder' in argument) return String(argument.folder);
  return 'run' in argument ? runFolderOf(argument.run) : undefined;
}

/** The run that the argument names. @throws when the workspace has no such run */
export async function namedRun(host: ExtensionServices, argument: unknown): Promise<RunEntry | undefined> {
  const folder = runFolderOf(argument);
  if (folder === undefined) return undefined;
  if (!host.runs.find(folder)) await host.runs.refresh();
  const entry = host.runs.find(folder);
  if (entry) return entry;
  throw new Error(vscode.l10n.t('{0} is not a run of this workspace.', folder));
}

/** Asks for one of some runs; takes the only one without asking. */
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

/** A run as a line of a quick pick. */
export function runQuickPickItem(entry: RunEntry): vscode.QuickPickItem & { readonly entry: RunEntry } {
  const shown = runItem(
    {
      folderName: basename(entry.folder),
      record: entry.record,
      live: entry.attachment.status,
      current: false,
      now: new Date(),
      language: vscode.env.language,
    },
    vscode.l10n.t,
  );
  return { label: shown.label, description: shown.description, entry };
}
