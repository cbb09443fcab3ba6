import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as vscode from 'vscode';
import type { ExtensionServices } from '../services';
import type { RunEntry } from './runs-model';
import { isProgram } from '../commands/register';
import { plainName } from '../format';
import { reveal } from '../reveal';
import { requireLocal } from '../trust';
import { fileStamp } from '../../runs/guarded-files';
import { inRun } from '../../runs/guarded-path';
import { chosenRun, namedRun, pickRun } from './pick-run';
import { fileUri, localPath } from '../local-files';

/** `VAE: Open Explorer`: opens it on the given run, if any; from the file explorer, on a run folder. */
export async function openExplorer(host: ExtensionServices, argument?: unknown): Promise<void> {
  const named = argument instanceof vscode.Uri ? await runIn(host, argument) : await namedRun(host, argument);
  if (named) await host.current.choose(named.folder);
  host.showExplorer();
}

/** `VAE: Show Another Run`: asks for a run and shows it in the explorer. */
export async function switchRun(host: ExtensionServices): Promise<void> {
  await host.runs.refresh();
  const nothing = vscode.l10n.t('This workspace has no runs yet.');
  const entry = await pickRun(host.runs.entries, vscode.l10n.t('VAE: Show Another Run'), nothing);
  if (!entry) return;
  await host.current.choose(entry.folder);
  host.showExplorer();
}

/** Returns the run in a folder. @throws if the folder is not a run */
async function runIn(host: ExtensionServices, uri: vscode.Uri): Promise<RunEntry | undefined> {
  requireLocal(uri);
  if (await host.runs.include(localPath(uri))) return host.runs.find(localPath(uri));
  throw new Error(
    vscode.l10n.t(
      '{0} is not a run: expected a folder with the config.json and metrics.jsonl that VAE: Train writes.',
      plainName(basename(localPath(uri))),
    ),
  );
}

export async function revealRun(host: ExtensionServices, argument?: unknown): Promise<void> {
  const entry = await chosenRun(host, argument, vscode.l10n.t('VAE: Reveal Run Folder'));
  if (!entry) return;
  await reveal(join(entry.folder, 'config.json'));
}

/** Opens the run's log, or the extension's if there is none. */
export async function showLog(
  host: ExtensionServices,
  argument?: unknown,
): Promise<{ uri: string } | undefined> {
  const named = isProgram([argument])
    ? await namedRun(host, argument)
    : await namedRun(host, argument).catch(() => undefined);
  const entry = named ?? host.current.entry;
  const path = entry && join(entry.folder, 'log.txt');
  // Do not follow a link: it would open whatever it points to.
  if (!path || (await fileStamp(inRun(entry.folder, 'log.txt'))) === null) {
    host.log.show();
    return undefined;
  }
  await vscode.window.showTextDocument(fileUri(path), { preview: true });
  return { uri: pathToFileURL(path).href };
}
