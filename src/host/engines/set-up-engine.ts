import * as vscode from 'vscode';
import { formatSize } from '../../download/dataset';
import { plainText } from '../format';
import { agree, showInformation } from '../messages';
import type { ExtensionServices } from '../services';
import { engineChoice } from '../settings';
import type { SetUp, SetUpOffer } from './engine-set-up';
import { setUpWithProgress } from './set-up-progress';

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
  return told(await setUpWithProgress(host, 'tensorflow'), readyText);
}

/**
 * `VAE: Set Up TensorFlow for Graphics Card`: the same for an NVIDIA graphics card, after a question that names hosts and sizes.
 * A card that is not there, or whose driver is too old, is an error before that.
 */
export async function setUpGraphicsCard(host: ExtensionServices): Promise<SetUpResult | undefined> {
  return told(await setUpWithProgress(host, 'tensorflow', { agree: agrees }), (version) =>
    vscode.l10n.t(
      'VAE: TensorFlow {0} is set up for the graphics card. Trainings use it when vae.device is gpu, or auto and it is faster.',
      version,
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

function told(
  ready: SetUp | undefined,
  textOf: (version: string, wasThere: boolean) => string,
): SetUpResult | undefined {
  if (ready === undefined) return undefined;
  const { version, wasThere } = ready;
  void showInformation(textOf(version, wasThere));
  return { tensorflow: version, wasThere };
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
