import { join } from 'node:path';
import * as vscode from 'vscode';
import { showInformation } from '../messages';
import type { ExtensionServices } from '../services';
import { runSetUp, SetUpProgress } from './engine-set-up';
import { proxySettings } from '../settings';
import type { SetUp, SetUpOptions } from './engine-set-up';
import { proxyVariables } from './proxy-variables';

const NAMES = { tensorflow: 'TensorFlow', jax: 'JAX' } as const;

/** Of TensorFlow, what has arrived is kept. */
const CANCELLED = {
  tensorflow: () =>
    vscode.l10n.t('VAE: TensorFlow setup was cancelled. The next one continues its download where it can.'),
  jax: () => vscode.l10n.t('VAE: JAX setup was cancelled; partial files were removed.'),
};

/**
 * Sets up an engine with a progress notification that can be cancelled.
 * @param given arguments of `vae setup`, or a question that is asked first
 * @returns undefined if it was cancelled or declined @throws Error with what failed and what to do
 */
export async function setUpWithProgress(
  host: ExtensionServices,
  engine: keyof typeof NAMES,
  given: Pick<SetUpOptions, 'args' | 'agree'> = {},
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
        ...{ ...given, program, signal: cancel.signal },
        env: proxyVariables(proxySettings(), process.env),
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
    case 'declined':
      return undefined;
    case 'cancelled':
      void showInformation(CANCELLED[engine]());
      return undefined;
    case 'failed':
      // Shown with a button that opens the log, like every failure of a command.
      throw new Error(outcome.message);
    default:
      return outcome satisfies never;
  }
}
