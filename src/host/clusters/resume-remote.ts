import * as vscode from 'vscode';
import { isRemoteActive } from '../../domain/remote-state';
import { resubmitArguments } from '../../endpoint/submit-run';
import { readRemoteRun } from '../../runs/remote-run';
import { plainName } from '../format';
import { remoteOf } from '../runs/followed-run';
import type { RunEntry } from '../runs/runs-model';
import type { ExtensionServices } from '../services';
import { requireTrust } from '../trust';
import { send } from './send';

/** How a run goes on. */
export interface ResumeChoice {
  readonly learningRate?: number | undefined;
  /** Training datapoints in all. */
  readonly samples?: number | undefined;
  /** Whether it counts as one of the times that a run which was lost is submitted again. */
  readonly isRetry?: boolean;
  readonly isConfirmed?: boolean;
}

/**
 * Says whether a run continues on the cluster that it was submitted to. A person is asked; a program says `on: 'here'` or `on: 'cluster'`, which
 * is the default.
 * @returns undefined if the question is dismissed
 */
export async function goesOnThere(
  entry: RunEntry,
  asks: boolean,
  argument: unknown,
): Promise<boolean | undefined> {
  const remote = remoteOf(entry);
  if (remote === null) return false;
  if (!asks) {
    const { on = 'cluster' } = argument as { readonly on?: unknown };
    if (on === 'cluster' || on === 'here') return on === 'cluster';
    throw new Error(vscode.l10n.t("on: got {0}, expected 'cluster' or 'here'", JSON.stringify(on) ?? ''));
  }
  // Nothing of it is here yet.
  if (entry.record === null) return true;
  const items = [
    {
      label: vscode.l10n.t('On {0}', plainName(remote.target)),
      description: vscode.l10n.t('from the newest checkpoint here, which is sent there'),
      value: true,
    },
    { label: vscode.l10n.t('On This Machine'), value: false },
  ];
  const title = vscode.l10n.t('Where the run goes on');
  return (await vscode.window.showQuickPick(items, { title, ignoreFocusOut: true }))?.value;
}

/** Submits a run again, from its newest checkpoint here. @returns false if the person declines */
export async function resumeRemote(
  host: ExtensionServices,
  { folder }: RunEntry,
  { learningRate, samples, isRetry = false, isConfirmed = false }: ResumeChoice,
): Promise<boolean> {
  requireTrust();
  const remote = await readRemoteRun(folder);
  if (remote === null) throw new Error(vscode.l10n.t('No cluster has trained this run.'));
  if (isRemoteActive(remote.state))
    throw new Error(
      vscode.l10n.t('The cluster {0} trains this run. Stop it first.', plainName(remote.target)),
    );
  await host.current.choose(folder);
  const args = resubmitArguments({
    ...{ runFolder: folder, isRetry },
    ...{ learningRate: learningRate ?? null, samples: samples ?? null },
  });
  host.log.info(`submitting ${folder} to ${remote.target} again`);
  const isSent = await send(host, { target: remote.target, args, isConfirmed });
  await host.runs.refresh();
  if (isSent) host.showExplorer({ tab: 'train' });
  return isSent;
}
