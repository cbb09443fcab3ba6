import * as vscode from 'vscode';
import type { FollowEnd } from '../../cluster/follow';
import { Disposables } from '../emitter';
import type { Disposable } from '../emitter';
import { plainName } from '../format';
import { Command } from '../identifiers';
import { showError, showWarning } from '../messages';
import { runName } from '../runs/run-item';
import type { RunEntry } from '../runs/runs-model';
import type { ExtensionServices } from '../services';
import { askToken } from './cluster-token';
import type { RemoteTrouble } from './remote-runs';

/**
 * Tells of runs on clusters what is told of runs here: that one has failed. Of one that was lost, asks whether to submit it again; of one
 * that cannot be followed, says why, and asks for a token where that is what is missing.
 */
export function remoteNotifications(host: ExtensionServices): Disposable {
  const { remotes, runs } = host;
  const all = new Disposables();
  all.add(
    remotes.ended(({ folder, end }) => {
      const entry = runs.find(folder);
      if (entry === undefined) return;
      if (end.state === 'lost') return void guarded(offerAgain(host, entry, end));
      const hasFailed = end.state === 'failed' || entry.record?.outcome === 'failed';
      if (hasFailed) void guarded(tellFailure(entry, end.message || (entry.record?.message ?? '')));
    }),
  );
  all.add(remotes.troubled((trouble) => void guarded(tellTrouble(host, trouble))));
  return all;
}

const guarded = (work: Promise<void>): Promise<void> =>
  work.catch((error: Error) => void showError(`VAE: ${error.message}`));

const showLog = (): string => vscode.l10n.t('Show Log');

async function tellFailure(entry: RunEntry, message: string): Promise<void> {
  const text = vscode.l10n.t('VAE: the training of {0} failed: {1}', runName(entry), message);
  if ((await showError(text, showLog())) === showLog())
    await vscode.commands.executeCommand(Command.showLog, entry.folder);
}

/** A run that records nothing between two losses would be lost for ever: then it is for the person to resume it. */
async function offerAgain(
  host: ExtensionServices,
  entry: RunEntry,
  { remote, message }: FollowEnd,
): Promise<void> {
  const { whyNotAgain } = await import('../../cluster/recover');
  const why = await whyNotAgain(entry.folder, remote);
  const lost = vscode.l10n.t(
    'VAE: {0} has lost the run {1}: {2}.',
    ...[plainName(remote.target), runName(entry), message],
  );
  if (why !== null)
    return void (await showWarning(
      `${lost} ${vscode.l10n.t('It is not submitted again: {0}. VAE: Resume does so all the same.', why)}`,
    ));
  const again = vscode.l10n.t('Submit Again…');
  const asked = vscode.l10n.t('Submit it again from its newest checkpoint here?');
  if ((await showWarning(`${lost} ${asked}`, again)) !== again) return;
  const { resumeRemote } = await import('./resume-remote');
  await resumeRemote(host, entry, { isRetry: true });
}

async function tellTrouble(host: ExtensionServices, { folder, remote, error }: RemoteTrouble): Promise<void> {
  const { UnauthorisedError } = await import('../../cluster/ray/errors');
  const entry = host.runs.find(folder);
  const name = entry ? runName(entry) : folder;
  const text = vscode.l10n.t(
    'VAE: the run {0} on {1} cannot be followed: {2}',
    ...[name, plainName(remote.target), error.message],
  );
  if (!(error instanceof UnauthorisedError)) return void (await showWarning(text));
  const enter = vscode.l10n.t('Enter Token…');
  if ((await showWarning(text, enter)) !== enter) return;
  const { TargetFile } = await import('../../cluster/target-file');
  if (await askToken(host, await new TargetFile().find(remote.target))) host.remotes.wake(folder);
}
