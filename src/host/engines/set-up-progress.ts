import { join } from 'node:path';
import * as vscode from 'vscode';
import { showInformation } from '../messages';
import type { ExtensionServices } from '../services';
import { runSetUp, SetUpProgress } from './engine-set-up';
import type { SetUp } from './engine-set-up';

const NAMES = { tensorflow: 'TensorFlow', jax: 'JAX' } as const;

/**
 * Sets up an engine with a progress notification that can be cancelled.
 * @param args of `vae setup` @returns undefined if it was cancelled @throws Error with what failed and what to do
 */
export async function setUpWithProgress(
  host: ExtensionServices,
  engine: keyof typeof NAMES,
  args: readonly string[],
): Promise<SetUp | undefined> {
  const program = join(host.context.extensionPath, 'dist', 'engine', 'vae.cjs');
  const title = vscode.l10n.t('VAE: Setting up {0}', NAMES[engine]);
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  const outcome = await vscode.window.withProgress(options, async (notification, token) => {
    const cancel = new AbortController();
    const listener = token.onCancellationRequested(() => {
      notification.report({ message: vscode.l10n.t('cancelling') });
      cancel.abort();
    });
    const progress = new SetUpProgress(vscode.l10n.t, engine);
    try {
      return await runSetUp({
        ...{ program, args, signal: cancel.signal },
        onStep: (step) => cancel.signal.aborted || notification.report(progress.next(step)),
        log: (line) => host.log.info(`set-up: ${line}`),
      });
    } finally {
      listener.dispose();
    }
  });
  switch (outcome.kind) {
    case 'ready':
      return outcome;
    case 'cancelled':
      void showInformation(
        vscode.l10n.t('VAE: {0} setup was cancelled; partial files were removed.', NAMES[engine]),
      );
      return undefined;
    case 'failed':
      // Shown with a button that opens the log, like every failure of a command.
      throw new Error(outcome.message);
    default:
      return outcome satisfies never;
  }
}
