import { basename, extname } from 'node:path';
import * as vscode from 'vscode';
import { RpcError } from '../../protocol/rpc';
import { localFolders } from '../settings';
import { isInDataset } from './save-path';
import { fileUri, isLocal, localPath } from '../local-files';

/**
 * Asks where to copy a file of a run to; false if the user cancelled.
 * @throws RpcError `bad-input` for a place in the dataset: the next training on it would take the file for an image
 */
export async function copySaved(path: string, runFolder: string): Promise<boolean> {
  const home = localFolders()[0]?.uri;
  const extension = extname(path).slice(1);
  const target = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Save a Copy'),
    filters: { [extension.toUpperCase()]: [extension] },
    ...(home && { defaultUri: vscode.Uri.joinPath(home, basename(path)) }),
  });
  if (!target) return false;
  if (isLocal(target) && (await isInDataset(localPath(target), runFolder)))
    throw new RpcError(
      'bad-input',
      vscode.l10n.t(
        '{0} is in the dataset, and would be trained on as one of its images. Choose another folder.',
        localPath(target),
      ),
    );
  await vscode.workspace.fs.copy(fileUri(path), target, { overwrite: true });
  return true;
}
