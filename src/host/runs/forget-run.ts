import * as vscode from 'vscode';
import type { Disposable } from '../emitter';
import { showWarning } from '../messages';
import type { ExtensionServices } from '../services';
import { runName } from './run-item';
import type { RunEntry } from './runs-model';

type Holders = Pick<ExtensionServices, 'current' | 'interpolation' | 'compared'>;

/** Lets go of a run that is gone: the window shows another one, and its path and its place in the comparison end. */
export async function forgetRun(
  { current, interpolation, compared }: Holders,
  folder: string,
): Promise<void> {
  await current.leave(folder);
  await interpolation.forget(folder);
  compared.forget(folder);
}

/** Names of vanished runs in one notification. */
const MAX_NAMED = 3;

/** Tells, once, that the folders of runs are gone, and lets go of these runs. */
export function tellVanished(host: Holders & Pick<ExtensionServices, 'runs' | 'log'>): Disposable {
  return host.runs.vanished((entries) => {
    for (const entry of entries) {
      host.log.warn(`${entry.folder} is gone: it was deleted or moved`);
      void release(host, entry);
    }
    void showWarning(textOf(entries));
  });
}

/** An engine without its folder could record nothing more. */
async function release(host: Holders, { folder, connection }: RunEntry): Promise<void> {
  await forgetRun(host, folder);
  if (connection.connected) await connection.call('stop', {}).catch(() => undefined);
}

function textOf(entries: readonly RunEntry[]): string {
  const names = entries.map(runName);
  if (names.length === 1)
    return vscode.l10n.t('VAE: the folder of the run {0} is gone: it was deleted or moved.', names[0]!);
  const shown = names.slice(0, MAX_NAMED).join(', ');
  return names.length <= MAX_NAMED
    ? vscode.l10n.t('VAE: the folders of these runs are gone; they were deleted or moved: {0}.', shown)
    : vscode.l10n.t(
        'VAE: the folders of {0} runs are gone; they were deleted or moved: {1} and others.',
        names.length,
        shown,
      );
}
