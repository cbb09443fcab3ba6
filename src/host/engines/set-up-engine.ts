import { join } from 'node:path';
import * as vscode from 'vscode';
import { runSetUp, SetUpProgress } from './engine-set-up';
import type { SetUpOffer, SetUpOutcome } from './engine-set-up';
import type { ExtensionServices } from '../services';
import { agree, showInformation } from '../messages';
import { formatSize } from '../../download/dataset';
import { plainText } from '../format';
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
export function setUpEngine(host: ExtensionServices): Promise<SetUpResult | undefined> {
  return resultOf(withProgress(host), readyText);
}

/**
 * `VAE: Set Up TensorFlow for Graphics Card`: the same for an NVIDIA graphics card, after a question that names hosts and sizes.
 * A card that is not there, or whose driver is too old, is an error before that.
 */
export function setUpGraphicsCard(host: ExtensionServices): Promise<SetUpResult | undefined> {
  return resultOf(withProgress(host, agrees), (tensorflow) =>
    vscode.l10n.t(
      'VAE: TensorFlow {0} is set up for the graphics card. Trainings use it when vae.device is gpu, or auto and it is faster.',
      tensorflow,
    ),
  );
}

function agrees({ card, hosts, download, unpacked }: SetUpOffer): Promise<boolean> {
  const question = vscode.l10n.t(
    'Download TensorFlow and NVIDIA’s libraries for {0} ({1})?',
    plainText(card),
    formatSize(download),
  );
  const detail = vscode.l10n.t(
    'From {0}. They take {1} on the disk, and {2} during the set-up. The servers see which files are requested; no data of yours is sent.',
    ...[hosts.join(', '), formatSize(unpacked), formatSize(download + unpacked)],
  );
  return agree(question, detail, vscode.l10n.t('Download'));
}

async function resultOf(
  running: Thenable<SetUpOutcome>,
  textOf: (tensorflow: string, wasThere: boolean) => string,
): Promise<SetUpResult | undefined> {
  const outcome = await running;
  switch (outcome.kind) {
    case 'ready': {
      const { tensorflow, wasThere } = outcome;
      void showInformation(textOf(tensorflow, wasThere));
      return { tensorflow, wasThere };
    }
    case 'declined':
      return undefined;
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

function withProgress(
  host: ExtensionServices,
  agreeTo?: (offer: SetUpOffer) => Promise<boolean>,
): Thenable<SetUpOutcome> {
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
        ...(agreeTo && { agree: agreeTo }),
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
