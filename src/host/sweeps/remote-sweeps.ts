import * as vscode from 'vscode';
import type { SweepRequest } from '../../endpoint/start-sweep';
import { resubmitSweepArguments, sweepArguments } from '../../endpoint/start-sweep';
import { removeFolder } from '../../runs/guarded-files';
import { guarded } from '../../runs/guarded-path';
import { connectionOf } from '../clusters/cluster-connection';
import { tokenFor } from '../clusters/cluster-token';
import { send } from '../clusters/send';
import { plainName } from '../format';
import { Command } from '../identifiers';
import { showWarning } from '../messages';
import type { ExtensionServices } from '../services';

/**
 * Submits a new sweep to a cluster: packs it, says what is sent and how large it is, asks once; then follows it in a process that outlives
 * the window.
 * @returns false if the person declines: then nothing is left of it
 */
export async function submitSweep(
  host: ExtensionServices,
  request: SweepRequest,
  folder: string,
  target: string,
  isConfirmed: boolean,
): Promise<boolean> {
  try {
    if (await send(host, { target, args: sweepArguments(request), isConfirmed })) {
      await followSweep(host, folder, target);
      return true;
    }
  } catch (error) {
    await removeUnsubmitted(folder);
    throw error;
  }
  await removeUnsubmitted(folder);
  return false;
}

/** Files of a sweep that has not begun. */
const OWN_FILES = ['sweep.json', 'results.json', 'trials.csv'];

/** A folder that says what was submitted stays: the cluster may have got it. */
async function removeUnsubmitted(folder: string): Promise<void> {
  const { readRemoteSweep } = await import('../../sweeps/remote-sweep');
  if ((await readRemoteSweep(folder)) === null)
    await removeFolder(guarded(folder), (name) => OWN_FILES.includes(name)).catch(() => undefined);
}

/** Goes on with a sweep on its cluster: submits what is left of it where the cluster does not have it. @returns false if the person declines */
export async function goOnThere(host: ExtensionServices, folder: string, target: string): Promise<boolean> {
  if (!(await send(host, { target, args: resubmitSweepArguments(folder), isConfirmed: false }))) return false;
  await followSweep(host, folder, target);
  return true;
}

/** Follows a sweep that a cluster has, in a process that outlives the window. */
export async function followSweep(host: ExtensionServices, folder: string, target: string): Promise<void> {
  const { TargetFile } = await import('../../cluster/target-file');
  await host.goOnWithSweep(folder, await tokenFor(host, await new TargetFile().find(target)));
}

/** Whether a cluster has the job of a sweep, or has lost it. @throws ClusterError if it cannot be asked */
export async function isThere(
  host: Pick<ExtensionServices, 'context'>,
  folder: string,
  target: string,
): Promise<'there' | 'lost' | 'never submitted'> {
  const { readRemoteSweep } = await import('../../sweeps/remote-sweep');
  const { sweepJobId } = await import('../../cluster/sweep-script');
  const { NotFoundError } = await import('../../cluster/ray/errors');
  const remote = await readRemoteSweep(folder);
  if (!remote?.isSubmitted) return 'never submitted';
  const { jobs } = await connectionOf(host, { target });
  try {
    const job = await jobs.job(sweepJobId(remote));
    return job.metadata['digest'] === remote.digest ? 'there' : 'lost';
  } catch (error) {
    if (error instanceof NotFoundError) return 'lost';
    throw error;
  }
}

/** Says that a cluster has lost a sweep, and asks whether to submit what is left of it. */
export async function tellLost(folder: string, name: string, target: string): Promise<void> {
  const again = vscode.l10n.t('Submit Again…');
  const text = vscode.l10n.t(
    'VAE: {0} has lost the sweep {1}. Submit what is left of it, from the newest checkpoints here?',
    ...[plainName(target), plainName(name)],
  );
  if ((await showWarning(text, again)) === again)
    await vscode.commands.executeCommand(Command.continueSweep, { sweep: folder });
}
