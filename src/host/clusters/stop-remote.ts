import * as vscode from 'vscode';
import { readRemoteRun } from '../../runs/remote-run';
import { plainName } from '../format';
import type { RunEntry } from '../runs/runs-model';
import type { ExtensionServices } from '../services';
import { requireMachine, requireTrust } from '../trust';
import { connectionOf } from './cluster-connection';

/** Stops a run on a cluster at a checkpoint. Resolves once that is here, or this window has ceased to follow the run. */
export async function stopRemote(host: ExtensionServices, { folder }: RunEntry): Promise<void> {
  requireTrust();
  requireMachine();
  // The list may be older than what another window has done.
  const remote = await readRemoteRun(folder);
  if (remote === null) throw new Error(vscode.l10n.t('This run is not being trained.'));
  const { requestStop } = await import('../../cluster/stop');
  host.log.info(`asking ${remote.target} to stop ${folder}`);
  if (!(await requestStop(await connectionOf(host, remote), remote)))
    throw new Error(
      vscode.l10n.t('{0} has no job of this run, so there is nothing to stop.', plainName(remote.target)),
    );
  host.remotes.noteStopping(folder);
  await host.remotes.settled(folder);
}
