import { pathToFileURL } from 'node:url';
import * as vscode from 'vscode';
import { RpcError } from '../../protocol/rpc';
import type { RunState } from '../../protocol/engine';
import type { EngineConnection } from '../engines/engine-connection';
import type { ExtensionServices } from '../services';
import { showWarning } from '../messages';
import type { RunEntry } from '../runs/runs-model';
import { namedRun, pickRun } from '../runs/pick-run';

/**
 * Timeout of a stop request, in ms: writing a checkpoint to a slow disk takes a while; after this, the engine counts as stuck.
 */
const STOP_TIMEOUT_MS = 20_000;
const CONTROL_TIMEOUT_MS = 10_000;

/** Returns the named run, or asks for one of the live runs in one of `states`. @throws if there is none */
async function liveRun(
  host: ExtensionServices,
  argument: unknown,
  states: readonly RunState[],
  title: string,
): Promise<EngineConnection | undefined> {
  const named = await namedRun(host, argument);
  const inState = (entry: RunEntry): boolean => {
    const state = entry.connection.status?.state;
    return state !== undefined && states.includes(state);
  };
  const candidates = named ? [named] : host.runs.entries.filter(inState);
  const entry = await pickRun(candidates, title, vscode.l10n.t('No run is being trained.'));
  if (!entry) return undefined;
  const { connection } = entry;
  if ((await connection.connect()) && connection.mode === 'train') return connection;
  throw new Error(vscode.l10n.t('This run is not being trained.'));
}

export interface ControlResult {
  readonly runUri: string;
}
export const controlResult = (folder: string): ControlResult => ({ runUri: pathToFileURL(folder).href });

/** `VAE: Stop`: resolves once the checkpoint is written. */
export async function stop(host: ExtensionServices, argument?: unknown): Promise<ControlResult | undefined> {
  const states: RunState[] = ['preparing', 'training', 'paused', 'stopping'];
  const run = await liveRun(host, argument, states, vscode.l10n.t('VAE: Stop'));
  if (!run) return undefined;
  for (;;) {
    try {
      await run.call('stop', {}, AbortSignal.timeout(STOP_TIMEOUT_MS));
      break;
    } catch (error) {
      // The process may exit before its reply arrives; that is a stop, too.
      if (error instanceof RpcError && error.code === 'closed') break;
      if (!(error instanceof RpcError) || error.code !== 'cancelled') throw error;
    }
    const wait = vscode.l10n.t('Wait');
    const end = vscode.l10n.t('End Process');
    const chosen = await showWarning(
      vscode.l10n.t(
        'The engine does not respond. Ending its process loses the training since the last checkpoint.',
      ),
      wait,
      end,
    );
    if (chosen === end) {
      await host.engines.kill(run);
      break;
    }
    if (chosen !== wait) return undefined;
  }
  await host.runs.refresh();
  return controlResult(run.runFolder);
}

export async function pause(host: ExtensionServices, argument?: unknown): Promise<ControlResult | undefined> {
  const run = await liveRun(host, argument, ['training'], vscode.l10n.t('VAE: Pause'));
  if (!run) return undefined;
  await run.call('pause', {}, AbortSignal.timeout(CONTROL_TIMEOUT_MS));
  return controlResult(run.runFolder);
}

export async function continueTraining(
  host: ExtensionServices,
  argument?: unknown,
): Promise<ControlResult | undefined> {
  const run = await liveRun(host, argument, ['paused'], vscode.l10n.t('VAE: Continue'));
  if (!run) return undefined;
  await run.call('continueTraining', {}, AbortSignal.timeout(CONTROL_TIMEOUT_MS));
  return controlResult(run.runFolder);
}
