import { pathToFileURL } from 'node:url';
import * as vscode from 'vscode';
import type { TrainRequest } from '../../runs/config';
import { removeUnstartedRun } from '../../runs/remove-unstarted-run';
import { createRunFolder } from '../../runs/store';
import type { EngineSelection } from '../engines/engines';
import type { ExtensionServices } from '../services';
import { localFolders } from '../settings';
import { NotAllowedError, requireLocal } from '../trust';
import { formatCount } from '../../text/format-count';

export interface TrainResult {
  readonly runUri: string;
  /** Number of images left out. */
  readonly excluded: number;
}

/** Returns the workspace folders that may hold runs. @throws NotAllowedError if there are none */
export function requireWorkspace(): readonly vscode.WorkspaceFolder[] {
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
 * Starts training in a new run folder, and shows it in the explorer.
 * @param root folder of runs @param name of the run folder, behind the time
 * @param engine and threads of this start; absent for those of the settings
 * @returns the folder's URI
 */
export async function launch(
  host: ExtensionServices,
  root: string,
  name: string,
  request: TrainRequest,
  engine?: EngineSelection,
): Promise<string> {
  const runFolder = await createRunFolder(root, name, new Date());
  const { leftOut, ...source } = request.source;
  host.log.info(`training in ${runFolder}: ${JSON.stringify({ ...request, source })}`);
  if (leftOut) host.log.info(`${formatCount(leftOut.length)} excluded images are left out`);
  await host.current.during(runFolder, async () => {
    host.showExplorer({ tab: 'train' });
    try {
      const training = await host.engines.train(runFolder, request, undefined, engine);
      await training.prepared();
      // List the run even if its engine has already exited.
      await host.runs.refresh();
    } catch (error) {
      await removeUnstartedRun(runFolder);
      throw error;
    }
  });
  return pathToFileURL(runFolder).href;
}
