import { pathToFileURL } from 'node:url';
import * as vscode from 'vscode';
import { isRemoteActive } from '../../domain/remote-state';
import { RpcError } from '../../protocol/rpc';
import type { RunState } from '../../protocol/engine';
import type { EngineConnection } from '../engines/engine-connection';
import type { ExtensionServices } from '../services';
import { offerEnd } from '../engines/offer-end';
import { plainName } from '../format';
import { remoteOf } from '../runs/followed-run';
import { runName } from '../runs/run-item';
import type { RunEntry } from '../runs/runs-model';
import { namedRun, pickRun } from '../runs/pick-run';

/**
 * Timeout of a stop request, in ms: writing a checkpoint to a slow disk takes a while; after this, the engine counts as stuck.
 */
const STOP_TIMEOUT_MS = 20_000;
const CONTROL_TIMEOUT_MS = 10_000;

/**
 * Returns the named run, or asks for one of the live runs in one of `states`.
 * @param mayBeSilent whether an engine counts that does not respond @param onCluster whether a run counts that a cluster trains
 * @throws if there is none
 */
async function liveRun(
  host: ExtensionServices,
  argument: unknown,
  states: readonly RunState[],
  title: string,
  mayBeSilent = false,
  onCluster: 'counts' | 'is an error' = 'is an error',
): Promise<RunEntry | undefined> {
  const named = await namedRun(host, argument);
  const inState = (entry: RunEntry): boolean => {
    const { status, responding } = entry.connection;
    if (status !== null) return states.includes(status.state);
    return (mayBeSilent && !responding) || (onCluster === 'counts' && isOnCluster(entry));
  };
  const candidates = named ? [named] : host.runs.entries.filter(inState);
  const entry = await pickRun(candidates, title, vscode.l10n.t('No run is being trained.'));
  if (!entry) return undefined;
  const { connection } = entry;
  if (onCluster === 'counts' && isOnCluster(entry)) return entry;
  if (
    mayBeSilent
      ? await connection.findTraining()
      : (await connection.connect()) && connection.mode === 'train'
  )
    return entry;
  if (isOnCluster(entry))
    throw new Error(
      vscode.l10n.t(
        'The cluster {0} trains this run. It can be stopped and resumed there, but not paused.',
        plainName(remoteOf(entry)!.target),
      ),
    );
  throw new Error(vscode.l10n.t('This run is not being trained.'));
}

/** Whether a cluster trains the run, as far as is known. */
function isOnCluster(entry: RunEntry): boolean {
  const remote = entry.connection.status === null ? remoteOf(entry) : null;
  return remote !== null && isRemoteActive(remote.state);
}

export interface ControlResult {
  readonly runUri: string;
}
export const controlResult = (folder: string): ControlResult => ({ runUri: pathToFileURL(folder).href });

/** `VAE: Stop`: resolves once the checkpoint is written. */
export async function stop(host: ExtensionServices, argument?: unknown): Promise<ControlResult | undefined> {
  const states: RunState[] = ['preparing', 'training', 'paused', 'stopping'];
  const entry = await liveRun(host, argument, states, vscode.l10n.t('VAE: Stop'), true, 'counts');
  if (!entry) return undefined;
  if (isOnCluster(entry)) {
    const { stopRemote } = await import('../clusters/stop-remote');
    await stopRemote(host, entry);
    await host.runs.refresh();
    return controlResult(entry.folder);
  }
  const { folder, connection } = entry;
  while (!(await stopsWhenAsked(connection))) {
    const answer = await offerEnd(host.engines, connection, runName(entry));
    if (answer === 'closed') return undefined;
    if (answer === 'ended') break;
  }
  await host.runs.refresh();
  return controlResult(folder);
}

/** Asks an engine to stop. Resolves to false if it does not answer. */
async function stopsWhenAsked(connection: EngineConnection): Promise<boolean> {
  // After a wait it may have answered, or ended.
  if (!connection.connected && (await connection.findTraining()) && !connection.connected) return false;
  try {
    await connection.call('stop', {}, AbortSignal.timeout(STOP_TIMEOUT_MS));
  } catch (error) {
    if (error instanceof RpcError && error.code === 'cancelled') return false;
    // The process may exit before its reply arrives; that is a stop, too.
    if (!(error instanceof RpcError) || error.code !== 'closed') throw error;
  }
  return true;
}

export async function pause(host: ExtensionServices, argument?: unknown): Promise<ControlResult | undefined> {
  const run = await liveRun(host, argument, ['training'], vscode.l10n.t('VAE: Pause'));
  if (!run) return undefined;
  await run.connection.call('pause', {}, AbortSignal.timeout(CONTROL_TIMEOUT_MS));
  return controlResult(run.folder);
}

export async function continueTraining(
  host: ExtensionServices,
  argument?: unknown,
): Promise<ControlResult | undefined> {
  const run = await liveRun(host, argument, ['paused'], vscode.l10n.t('VAE: Continue'));
  if (!run) return undefined;
  await run.connection.call('continueTraining', {}, AbortSignal.timeout(CONTROL_TIMEOUT_MS));
  return controlResult(run.folder);
}
