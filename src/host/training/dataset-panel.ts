import * as vscode from 'vscode';
import { inspectDataset } from '../../endpoint/inspect-dataset';
import type { InspectRequest } from '../../endpoint/inspect-dataset';
import type { DatasetEvents } from '../../protocol/dataset-review';
import type { DatasetMethods } from '../../protocol/schemas/dataset-review';
import { plainName } from '../format';
import { DATASET_PANEL } from '../identifiers';
import { openPage } from '../webview/page';
import type { RejectedMessages } from '../webview/rejected-messages';
import { reviewHandlers } from './dataset-review';

/**
 * Shows the report on a dataset in the editor area and asks whether to train.
 * @param name of the dataset
 * @returns false if the user cancels or closes the page
 */
export function askAfterReport(
  extensionUri: vscode.Uri,
  refusals: RejectedMessages,
  name: string,
  request: InspectRequest,
): Promise<boolean> {
  const panel = vscode.window.createWebviewPanel(
    DATASET_PANEL,
    vscode.l10n.t('Dataset: {0}', plainName(name)),
    vscode.ViewColumn.Active,
  );
  panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'vae.svg');
  const reading = new AbortController();
  return new Promise((resolve) => {
    const page = openPage<DatasetMethods, DatasetEvents>(panel, extensionUri, {
      name: 'dataset',
      title: vscode.l10n.t('Dataset'),
      handlers: reviewHandlers({
        ...{ name, preset: request.preset },
        inspect: () => inspectDataset(request, reading.signal),
        answer: (train) => {
          resolve(train);
          panel.dispose();
        },
        onChanged: () => {
          if (!reading.signal.aborted) page.emit('changed', {});
        },
      }),
      refusals,
    });
    panel.onDidDispose(() => {
      reading.abort();
      resolve(false);
    });
  });
}
