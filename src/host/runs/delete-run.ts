import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import * as z from 'zod';
import { inRun, statPath } from '../../runs/guarded-path';
import { parseArgument } from '../commands/parse-argument';
import { isProgram } from '../commands/register';
import { Command } from '../identifiers';
import { confirm, showInformation } from '../messages';
import type { ExtensionServices } from '../services';
import { runsRoots } from '../settings';
import { forgetRun } from './forget-run';
import { chosenRun } from './pick-run';
import { runName } from './run-item';
import { entryOutcome } from './run-view';
import type { RunEntry } from './runs-model';
import { fileUri } from '../local-files';

export interface DeleteResult {
  readonly deleted: boolean;
  /** Whether the run lies in the system's trash. */
  readonly trashed: boolean;
}

const deleteArgument = z
  .strictObject({ run: z.unknown().optional(), confirmed: z.boolean().optional() })
  .refine(({ run, confirmed }) => confirmed !== true || run !== undefined, {
    ...{ path: ['run'], message: 'expected the folder of the run that is deleted without a question' },
  });

/**
 * `VAE: Delete Run`: moves a run to the trash after confirmation; where there is none, asks whether to delete it permanently. A
 * program skips both questions with `{ run, confirmed: true }`.
 * @throws if the run is being trained
 */
export async function deleteRun(host: ExtensionServices, argument?: unknown): Promise<DeleteResult> {
  const kept: DeleteResult = { deleted: false, trashed: false };
  const program = isProgram([argument])
    ? parseArgument(Command.deleteRun, deleteArgument, argument)
    : undefined;
  const entry = await chosenRun(host, argument, vscode.l10n.t('VAE: Delete Run'));
  if (!entry) return kept;
  await entry.connection.connect();
  if (entryOutcome(entry) === 'running') {
    throw new Error(vscode.l10n.t('This run is being trained. Stop it first, then delete it.'));
  }
  if (!runsRoots().some((root) => entry.folder === join(root, basename(entry.folder)))) {
    throw new Error(vscode.l10n.t('{0} is not in a runs folder of this workspace.', entry.folder));
  }
  const confirmed = program?.confirmed === true;
  if (!confirmed && !(await agrees(entry))) return kept;
  if (entry.connection.connected) {
    const ended = entry.connection.untilEnded();
    await entry.connection.call('stop', {}).catch(() => undefined);
    await ended;
  }
  host.runs.expectEnd(entry.folder);
  const trashed = await moveToTrash(entry);
  if (trashed !== true) {
    if (!confirmed && !(await agreesForGood(entry, trashed))) {
      host.runs.expectEnd(entry.folder, false);
      return kept;
    }
    await vscode.workspace.fs.delete(fileUri(entry.folder), { recursive: true, useTrash: false });
  }
  await host.runs.refresh();
  await forgetRun(host, entry.folder);
  const name = runName(entry);
  void showInformation(
    trashed === true
      ? vscode.l10n.t('VAE: the run {0} was moved to the trash.', name)
      : vscode.l10n.t('VAE: the run {0} was deleted permanently.', name),
  );
  return { deleted: true, trashed: trashed === true };
}

function agrees(entry: RunEntry): Promise<boolean> {
  const question = vscode.l10n.t('Delete the run {0} with its checkpoints?', runName(entry));
  const detail = vscode.l10n.t(
    'Its folder {0} is moved to the trash; if there is no trash, you are asked again. The images it was trained on are kept.',
    basename(entry.folder),
  );
  return confirm(question, detail, vscode.l10n.t('Delete'));
}

function agreesForGood(entry: RunEntry, reason: string): Promise<boolean> {
  const question = vscode.l10n.t(
    'The run {0} cannot be moved to the trash. Delete it permanently?',
    runName(entry),
  );
  const detail = vscode.l10n.t('A run that is deleted permanently cannot be restored. {0}', reason);
  return confirm(question, detail, vscode.l10n.t('Delete Permanently'));
}

/** Returns true, or why the folder is still there. */
async function moveToTrash({ folder }: RunEntry): Promise<true | string> {
  try {
    await vscode.workspace.fs.delete(fileUri(folder), { recursive: true, useTrash: true });
    return true;
  } catch (error) {
    const isThere = await statPath(inRun(folder)).then(
      (stats) => stats !== null,
      () => true,
    );
    return isThere ? (error as Error).message : true;
  }
}
