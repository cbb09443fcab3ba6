import * as vscode from 'vscode';
import type { Disposable } from '../emitter';
import type { Engines } from '../engines/engines';
import { Command } from '../identifiers';
import type { Log } from '../log';
import { showError, showInformation, showWarning } from '../messages';
import type { AutoResume } from './auto-resume';
import type { RunAlert, RunEntry, RunsModel } from './runs-model';
import { imageProblemOf } from '../../runs/image-changes';
import { offerEnd } from '../engines/offer-end';
import { runName } from './run-item';
import { MAX_RESTARTS } from '../../shared/restart-limit';

/**
 * Tells the user of a training that paused by itself or failed, of an engine that does not respond, and of one that died; resumes the
 * training of the latter if allowed.
 * @param isOfSweep whether a sweep that is carried out trains the run: it resumes what dies by itself, and records what fails
 */
export function runNotifications(
  runs: Pick<RunsModel, 'alerted'> & { refresh(): Promise<void> },
  engines: Pick<Engines, 'train' | 'kill'>,
  autoResume: AutoResume,
  log: Pick<Log, 'info'>,
  isOfSweep: (runFolder: string) => boolean = () => false,
): Disposable {
  async function interrupted({ entry, steps }: RunAlert, name: string): Promise<void> {
    const decision = autoResume.decide(entry.folder, steps);
    if (decision === 'ask') {
      const text = vscode.l10n.t('VAE: the training of {0} was interrupted; its engine process ended.', name);
      return offerResume(entry, text);
    }
    if (decision === 'too-often') {
      const text = vscode.l10n.t(
        'VAE: the engine process of {0} ended {1} times within minutes. Its training is not resumed again.',
        name,
        MAX_RESTARTS + 1,
      );
      return offerResume(entry, text);
    }
    log.info(`the engine of ${entry.folder} ended; resuming its training`);
    try {
      const training = await engines.train(entry.folder);
      await training.prepared();
    } catch (error) {
      const text = vscode.l10n.t(
        'VAE: the engine process of {0} ended, and its training could not be resumed: {1}',
        name,
        imageProblemOf((error as Error).message)?.text ?? (error as Error).message,
      );
      return await offerResume(entry, text);
    } finally {
      await runs.refresh();
    }
    const text = vscode.l10n.t(
      'VAE: the engine process of {0} ended. Its training goes on from its last checkpoint.',
      name,
    );
    await offerLog(entry, showInformation(text, showLog()));
  }

  async function silent(entry: RunEntry, name: string): Promise<void> {
    try {
      await offerEnd(engines, entry.connection, name);
    } catch (error) {
      void showError(
        vscode.l10n.t('VAE: the engine of {0} cannot be ended: {1}', name, (error as Error).message),
      );
    }
    await runs.refresh();
  }

  return runs.alerted((alert) => {
    const { entry, kind, message } = alert;
    if (isOfSweep(entry.folder) && kind !== 'paused' && kind !== 'silent') return;
    const name = runName(entry);
    if (kind === 'silent') return void silent(entry, name);
    if (kind === 'interrupted') return void interrupted(alert, name);
    // It would end in the same way again.
    if (kind === 'out-of-memory')
      return void offerLog(
        entry,
        showError(vscode.l10n.t('VAE: the training of {0} ran out of memory: {1}', name, message), showLog()),
      );
    const shown =
      kind === 'failed'
        ? showError(vscode.l10n.t('VAE: the training of {0} failed: {1}', name, message), showLog())
        : showWarning(vscode.l10n.t('VAE: the training of {0} is paused: {1}', name, message), showLog());
    void offerLog(entry, shown);
  });
}

const showLog = (): string => vscode.l10n.t('Show Log');

async function offerLog(entry: RunEntry, chosen: Thenable<string | undefined>): Promise<void> {
  if ((await chosen) === showLog()) await vscode.commands.executeCommand(Command.showLog, entry.folder);
}

async function offerResume(entry: RunEntry, text: string): Promise<void> {
  const resume = vscode.l10n.t('Resume');
  const chosen = await showWarning(text, resume, showLog());
  if (chosen === resume) await vscode.commands.executeCommand(Command.resume, entry.folder);
  if (chosen === showLog()) await vscode.commands.executeCommand(Command.showLog, entry.folder);
}
