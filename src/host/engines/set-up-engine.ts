import { join } from 'node:path';
import * as vscode from 'vscode';
import { runSetUp, SetUpProgress } from './engine-set-up';
import type { SetUpOutcome } from './engine-set-up';
import type { ExtensionServices } from '../services';
import { showInformation } from '../messages';
import { engineChoice, proxySettings } from '../settings';
import { proxyVariables } from './proxy-variables';

export interface SetUpResult {
  /** TensorFlow's version. */
  readonly tensorflow: string;
  readonly wasThere: boolean;
}

/**
 * `VAE: Set Up TensorFlow Engine`: installs TensorFlow into the user's cache. Needs no workspace trust: it does not read or
 * write the workspace, and runs no program that a workspace could name.
 */
export async function setUpEngine(host: ExtensionServices): Promise<SetUpResult | undefined> {
  const outcome = await withProgress(host);
  switch (outcome.kind) {
    case 'ready': {
      const { tensorflow, wasThere } = outcome;
      void showInformation(readyText(tensorflow, wasThere));
      return { tensorflow, wasThere };
    }
    case 'cancelled':
      void showInformation(
        vscode.l10n.t(
          'VAE: TensorFlow setup was cancelled. The next one continues its download where it can.',
        ),
      );
      return undefined;
    case 'failed':
      // Shown with a button that opens the log, like every failure of a command.
      throw new Error(outcome.message);
    default:
      return outcome satisfies never;
  }
}

function withProgress(host: ExtensionServices): Thenable<SetUpOutcome> {
  const program = join(host.context.extensionPath, 'dist', 'engine', 'vae.cjs');
  const title = vscode.l10n.t('VAE: Setting up TensorFlow');
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, async (notification, token) => {
    const cancel = new AbortController();
    const listener = token.onCancellationRequested(() => {
      notification.report({ message: vscode.l10n.t('cancelling') });
      cancel.abort();
    });
    const progress = new SetUpProgress(vscode.l10n.t);
    try {
      return await runSetUp({
        program,
        env: proxyVariables(proxySettings(), process.env),
        signal: cancel.signal,
        onStep: (step) => cancel.signal.aborted || notification.report(progress.next(step)),
        log: (line) => host.log.info(`set-up: ${line}`),
      });
    } finally {
      listener.dispose();
    }
  });
}

function readyText(tensorflow: string, wasThere: boolean): string {
  if (engineChoice().engine === 'onnx')
    return vscode.l10n.t(
      'VAE: TensorFlow {0} is set up. Trainings use it when the setting vae.engine is auto or tensorflow.',
      tensorflow,
    );
  return wasThere
    ? vscode.l10n.t('VAE: TensorFlow {0} is already set up. The next training uses it.', tensorflow)
    : vscode.l10n.t('VAE: TensorFlow {0} is set up. The next training uses it.', tensorflow);
}
