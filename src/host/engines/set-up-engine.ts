import * as vscode from 'vscode';
import { showInformation } from '../messages';
import type { ExtensionServices } from '../services';
import { engineChoice } from '../settings';
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
  const ready = await setUpWithProgress(host, 'tensorflow', []);
  if (ready === undefined) return undefined;
  const { version, wasThere } = ready;
  void showInformation(readyText(version, wasThere));
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
