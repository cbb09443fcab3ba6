import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Disposable } from '../emitter';
import { Command } from '../identifiers';
import { showError, showWarning } from '../messages';
import type { RunEntry, RunsModel } from './runs-model';
import { plainName } from '../format';

/** Notifies the user, once each, of events that require action: training paused by itself or failed, or its engine died. */
export function runNotifications(runs: RunsModel): Disposable {
  const told = new Set<string>();
  return runs.alerted(({ entry, kind, message }) => {
    const key = `${kind} ${entry.folder} ${entry.record?.lastRow?.step ?? 0}`;
    if (told.has(key)) return;
    told.add(key);
    const name = plainName(entry.record?.config.name ?? basename(entry.folder));
    if (kind === 'interrupted') void offerResume(entry, name);
    else void sayWhy(entry, kind, name, message);
  });
}

async function offerResume(entry: RunEntry, name: string): Promise<void> {
  const resume = vscode.l10n.t('Resume');
  const showLog = vscode.l10n.t('Show Log');
  const chosen = await showWarning(
    vscode.l10n.t('VAE: the training of {0} was interrupted; its engine process ended.', name),
    resume,
    showLog,
  );
  if (chosen === resume) await vscode.commands.executeCommand(Command.resume, entry.folder);
  if (chosen === showLog) await vscode.commands.executeCommand(Command.showLog, entry.folder);
}

async function sayWhy(
  entry: RunEntry,
  kind: 'failed' | 'paused',
  name: string,
  message: string,
): Promise<void> {
  const showLog = vscode.l10n.t('Show Log');
  const chosen = await (kind === 'failed'
    ? showError(vscode.l10n.t('VAE: the training of {0} failed: {1}', name, message), showLog)
    : showWarning(vscode.l10n.t('VAE: the training of {0} is paused: {1}', name, message), showLog));
  if (chosen === showLog) await vscode.commands.executeCommand(Command.showLog, entry.folder);
}
