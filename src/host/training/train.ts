import { fileURLToPath } from 'node:url';
import * as vscode from 'vscode';
import type { ExtensionServices } from '../services';
import { engineChoice } from '../settings';
import { requireLocal, requireTrust } from '../trust';
import { datasetName } from './dataset-source';
import { isProgram } from '../commands/register';
import { launch, requireWorkspace } from './launch';
import type { TrainResult } from './launch';
import { askTrainChoices } from './train-dialog';
import { argumentsOf, readyTraining } from './ready-training';
import { trainArgumentsSchema } from './train-choices';
import type { TrainArguments } from './train-choices';
import { parseArgument } from '../commands/parse-argument';
import { localPath } from '../local-files';

/**
 * `VAE: Train`. From the palette it asks everything; on a folder it asks the rest; with a `TrainArguments` object it asks
 * nothing.
 */
export async function train(host: ExtensionServices, argument?: unknown): Promise<TrainResult | undefined> {
  requireTrust();
  if (isProgram([argument])) return start(host, parseArgument('vae.train', trainArgumentsSchema, argument));
  let preselected: string | undefined;
  if (argument instanceof vscode.Uri) {
    requireLocal(argument);
    preselected = localPath(argument);
  }
  requireWorkspace();
  const choices = await askTrainChoices(host, preselected);
  return choices && start(host, argumentsOf(choices), true);
}

/**
 * Starts training in a new run folder.
 * @param asks whether to ask about images excluded earlier; returns undefined if the user dismisses the question
 */
async function start(
  host: ExtensionServices,
  given: TrainArguments,
  asks = false,
): Promise<TrainResult | undefined> {
  const ready = await readyTraining(given, asks);
  if (ready === undefined) return undefined;
  const { root, name, request, leaveOut, excluded } = ready;
  const { source } = request;
  const usual = engineChoice();
  const selected = {
    ...usual,
    engine: given.engine ?? usual.engine,
    threads: given.threads ?? usual.threads,
  };
  // There is nothing to learn about the built-in digits.
  if (asks && source.kind !== 'digits') {
    const shown = {
      path: fileURLToPath(source.uri),
      preset: request.preset,
      set: request.set,
      labels: 'labels' in source && source.labels !== undefined ? fileURLToPath(source.labels) : null,
      labelColumn: ('labelColumn' in source ? source.labelColumn : undefined) ?? null,
      leaveOut,
    };
    const place = await host.askAfterReport(datasetName(source), shown, selected);
    if (place === null) return undefined;
    if (place === 'cluster') {
      const { trainOnACluster } = await import('../clusters/train-on-cluster');
      return trainOnACluster(host, ready, given);
    }
  }
  return { runUri: await launch(host, root, name, request, selected), excluded };
}
