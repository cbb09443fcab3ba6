import * as vscode from 'vscode';
import { formatSize, hostsOf, sizeOf } from '../../download/dataset';
import { downloadDataset } from '../../download/download';
import { datasetFolder, MNIST } from '../../download/mnist';
import { missingFiles } from '../../download/whole';
import { cacheRoot } from '../../setup/locations.mjs';
import { DownloadProgress, downloadLine } from './download-progress';
import type { ExtensionServices } from '../services';
import { Command } from '../identifiers';
import { agree, showInformation } from '../messages';
import { fileUri } from '../local-files';

export interface DownloadResult {
  readonly folder: string;
  /** Names of the files that were fetched; empty if all were present. */
  readonly fetched: readonly string[];
}

/**
 * `VAE: Download MNIST`: downloads into the user's cache after a confirmation that names the size and the hosts, which a
 * program skips with `{ confirmed: true }`. Needs no workspace trust: it does not read or write the workspace.
 */
export async function downloadMnist(
  host: ExtensionServices,
  argument?: unknown,
): Promise<DownloadResult | undefined> {
  const folder = datasetFolder(cacheRoot(), MNIST);
  const missing = sizeOf(await missingFiles(MNIST, folder));
  if (missing > 0 && !isConfirmed(argument) && !(await agrees(missing, folder))) return undefined;
  const fetched = await withProgress(host, folder);
  if (fetched === null) {
    void showInformation(
      vscode.l10n.t('VAE: the download of MNIST was cancelled. The next download continues from there.'),
    );
    return undefined;
  }
  void offer(folder, fetched.length > 0);
  return { folder, fetched };
}

const isConfirmed = (argument: unknown): boolean =>
  typeof argument === 'object' && argument !== null && 'confirmed' in argument && argument.confirmed === true;

async function agrees(bytes: number, folder: string): Promise<boolean> {
  const download = vscode.l10n.t('Download');
  const [first = '', ...others] = hostsOf(MNIST);
  const detail = vscode.l10n.t(
    'From {0}, or from {1} if that fails, to {2}. These servers see which files are requested; no data of yours is sent.',
    ...[first, others.join(', '), folder],
  );
  const question = vscode.l10n.t('Download MNIST, 70,000 handwritten digits ({0})?', formatSize(bytes));
  return agree(question, detail, download);
}

/** Downloads with a progress notification. @returns the names of the files that were fetched; null if cancelled */
function withProgress(host: ExtensionServices, folder: string): Thenable<string[] | null> {
  const title = vscode.l10n.t('VAE: Downloading MNIST');
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, async (notification, token) => {
    const cancel = new AbortController();
    const listener = token.onCancellationRequested(() => cancel.abort());
    const progress = new DownloadProgress(vscode.l10n.t);
    try {
      return await downloadDataset(MNIST, folder, {
        signal: cancel.signal,
        // VS Code passes its proxies itself.
        env: {},
        report: (event) => {
          const line = downloadLine(event);
          if (line !== null) host.log.info(`download: ${line}`);
          if (event.type === 'progress') notification.report(progress.next(event));
        },
      });
    } catch (error) {
      if (cancel.signal.aborted) return null;
      throw error;
    } finally {
      listener.dispose();
    }
  });
}

async function offer(folder: string, isNew: boolean): Promise<void> {
  const train = vscode.l10n.t('Train');
  const copy = vscode.l10n.t('Copy Path');
  const text = isNew
    ? vscode.l10n.t('VAE: MNIST is downloaded.')
    : vscode.l10n.t('VAE: MNIST is already downloaded.');
  const chosen = await showInformation(text, train, copy);
  // Same as from the file explorer: the dataset is given, and the rest is asked.
  if (chosen === train) await vscode.commands.executeCommand(Command.train, fileUri(folder));
  if (chosen === copy) await vscode.env.clipboard.writeText(folder);
}
