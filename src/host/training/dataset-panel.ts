import * as vscode from 'vscode';
import { inspectDataset } from '../../endpoint/inspect-dataset';
import type { InspectRequest } from '../../endpoint/inspect-dataset';
import type { DatasetEvents, DatasetReview, TrainingPlace } from '../../protocol/dataset-review';
import type { DatasetMethods } from '../../protocol/schemas/dataset-review';
import type { EngineSelection } from '../engines/engines';
import { plainName } from '../format';
import type { ExtensionServices } from '../services';
import { DATASET_PANEL } from '../identifiers';
import { openPage } from '../webview/page';
import type { RejectedMessages } from '../webview/rejected-messages';
import { reviewHandlers } from './dataset-review';

interface ReportPage {
  readonly extensionUri: vscode.Uri;
  readonly refusals: RejectedMessages;
  /** That would train. */
  readonly engine: EngineSelection;
  readonly hasClusters: boolean;
}

/**
 * Shows the report on a dataset in the editor area and asks whether to train.
 * @param name of the dataset
 * @returns where; null if the user cancels or closes the page
 */
export function askAfterReport(
  host: Pick<ExtensionServices, 'planTraining' | 'log'>,
  name: string,
  request: InspectRequest,
  { extensionUri, refusals, engine, hasClusters }: ReportPage,
): Promise<TrainingPlace> {
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
        ...{ name, preset: request.preset, hasClusters },
        inspect: () => inspectDataset(request, reading.signal),
        time: (report) => expectedSeconds(host, { ...request, ...engine }, report, reading.signal),
        answer: (place) => {
          resolve(place);
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
      resolve(null);
    });
  });
}

/** Measures how long a training would take, with the shape that its images have; null, with the reason in the log, if it cannot. */
async function expectedSeconds(
  { planTraining, log }: Pick<ExtensionServices, 'planTraining' | 'log'>,
  { path, preset, set, engine, threads, device }: InspectRequest & EngineSelection,
  { examples: { width, height, channels } }: NonNullable<DatasetReview['report']>,
  signal: AbortSignal,
): Promise<number | null> {
  const shape = {
    'data.width': String(width),
    'data.height': String(height),
    'data.channels': String(channels),
  };
  let seconds: number | null = null;
  try {
    await planTraining(
      { data: path, preset, set: { ...set, ...shape }, engine, threads, device },
      signal,
      (line) => {
        if (line.type === 'time') seconds = line.seconds;
      },
    );
  } catch (error) {
    if (!signal.aborted)
      log.info(`the time of a training could not be measured: ${(error as Error).message}`);
  }
  return seconds;
}
