import { fileURLToPath, pathToFileURL } from 'node:url';
import * as vscode from 'vscode';
import { excludedFile, listedBy, readExcluded } from '../../runs/excluded-images';
import { createRunFolder } from '../../runs/store';
import { removeUnstartedRun } from '../../runs/remove-unstarted-run';
import type { ExtensionServices } from '../services';
import { localFolders, runsRootOf, snapshotsWanted } from '../settings';
import { NotAllowedError, requireLocal, requireTrust } from '../trust';
import { datasetName, datasetSource, withLabels } from './dataset-source';
import { isProgram } from '../commands/register';
import { askTrainChoices } from './train-dialog';
import { trainArgumentsSchema, trainRequest } from './train-choices';
import type { TrainArguments } from './train-choices';
import { parseArgument } from '../commands/parse-argument';

export interface TrainResult {
  readonly runUri: string;
  /** Number of images left out. */
  readonly excluded: number;
}

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
    preselected = argument.fsPath;
  }
  requireWorkspace();
  const choices = await askTrainChoices(host.context.workspaceState, preselected);
  if (!choices) return undefined;
  const { latent, labels, ...rest } = choices;
  const given = { ...rest, ...(latent !== null && { latent }), ...(labels !== null && { labels }) };
  return start(host, given, true);
}

function requireWorkspace(): readonly vscode.WorkspaceFolder[] {
  const folders = localFolders();
  if (folders.length > 0) return folders;
  const [virtual] = vscode.workspace.workspaceFolders ?? [];
  if (virtual) requireLocal(virtual.uri);
  throw new NotAllowedError(
    vscode.l10n.t('Open a folder first: VAE keeps each run in a folder of your workspace.'),
    { title: vscode.l10n.t('Open Folder'), id: 'workbench.action.files.openFolder' },
  );
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
  const folders = requireWorkspace();
  const base = folders[0]?.uri.fsPath;
  const images = await datasetSource(given.data, base);
  const named = given.labels === undefined ? images : await withLabels(images, given.labels, base);
  // With several workspace folders, the run goes into the one that contains the data.
  const owner =
    named.kind === 'digits' ? undefined : vscode.workspace.getWorkspaceFolder(vscode.Uri.parse(named.uri));
  const home = owner && folders.includes(owner) ? owner : folders[0]!;
  // Exclusions were chosen on the map of a run in this folder.
  const file = excludedFile(runsRootOf(home));
  const leftOut = given.leaveOut === false ? [] : await readExcluded(file, listedBy(named));
  const wanted = leftOut.length > 0 && asks ? await askLeaveOut(leftOut.length) : leftOut.length > 0;
  if (wanted === undefined) return undefined;
  const source = wanted ? { ...named, leftOut } : named;
  const request = trainRequest(source, given, snapshotsWanted());
  // There is nothing to learn about the built-in digits.
  if (asks && source.kind !== 'digits') {
    const shown = {
      path: fileURLToPath(source.uri),
      preset: request.preset,
      set: request.set,
      labels: 'labels' in source && source.labels !== undefined ? fileURLToPath(source.labels) : null,
      leaveOut: wanted ? file.path : null,
    };
    if (!(await host.askAfterReport(datasetName(source), shown))) return undefined;
  }
  const runFolder = await createRunFolder(
    runsRootOf(home),
    `${datasetName(source)}-${request.preset}`,
    new Date(),
  );
  host.log.info(`training in ${runFolder}: ${JSON.stringify({ ...request, source: named })}`);
  if (wanted) host.log.info(`${leftOut.length} excluded images are left out`);
  await host.current.during(runFolder, async () => {
    host.showExplorer({ tab: 'train' });
    try {
      const training = await host.engines.train(runFolder, request);
      await training.prepared();
      // List the run even if its engine has already exited.
      await host.runs.refresh();
    } catch (error) {
      await removeUnstartedRun(runFolder);
      throw error;
    }
  });
  return { runUri: pathToFileURL(runFolder).href, excluded: wanted ? leftOut.length : 0 };
}

/** Asks whether to leave out excluded images; undefined if the user dismisses the question. */
async function askLeaveOut(count: number): Promise<boolean | undefined> {
  const items = [
    {
      label: vscode.l10n.t('Exclude {0} images', count),
      description: vscode.l10n.t('as chosen on the map; the files are not changed'),
      value: true,
    },
    { label: vscode.l10n.t('Train on all images'), value: false },
  ];
  const options = { title: vscode.l10n.t('VAE: Train'), ignoreFocusOut: true };
  return (await vscode.window.showQuickPick(items, options))?.value;
}
