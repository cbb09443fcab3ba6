import * as vscode from 'vscode';
import * as z from 'zod';
import { isProgram } from '../commands/register';
import { parseArgument } from '../commands/parse-argument';
import { Command } from '../identifiers';
import { showInformation } from '../messages';
import type { ExtensionServices } from '../services';
import { jaxPythonSetting } from '../settings';
import { setUpWithProgress } from './set-up-progress';

/** Argument for programs: whether JAX is for NVIDIA graphics cards. */
const argumentSchema = z.strictObject({ cuda: z.boolean().default(false) });

interface JaxSetUpResult {
  /** JAX's version. */
  readonly jax: string;
  /** What it computes on. */
  readonly device: string;
  readonly wasThere: boolean;
}

/**
 * `VAE: Set Up JAX Engine`: installs JAX into the user's cache, or tries out the Python that the setting names. Needs no workspace trust, as
 * `VAE: Set Up TensorFlow Engine`: that setting is the user's own.
 * @returns undefined if it is dismissed or cancelled
 */
export async function setUpJax(
  host: ExtensionServices,
  argument?: unknown,
): Promise<JaxSetUpResult | undefined> {
  const cuda = isProgram([argument])
    ? parseArgument(Command.setUpJax, argumentSchema, argument).cuda
    : await askCuda();
  if (cuda === undefined) return undefined;
  const ready = await setUpWithProgress(host, 'jax', { args: ['--jax', ...(cuda ? ['--cuda'] : [])] });
  if (ready === undefined) return undefined;
  const { version, device, wasThere } = ready;
  void showInformation(
    vscode.l10n.t(
      'VAE: JAX {0} is set up, on {1}. Trainings use it when the setting vae.engine is jax.',
      version,
      device,
    ),
  );
  return { jax: version, device, wasThere };
}

/** Asks what JAX is for, where it can be for several things: its packages for graphics cards are for Linux. */
async function askCuda(): Promise<boolean | undefined> {
  if (process.platform !== 'linux' || jaxPythonSetting() !== '') return false;
  const items = [
    { label: vscode.l10n.t('For the Processor'), cuda: false },
    {
      label: vscode.l10n.t('For NVIDIA Graphics Cards'),
      description: vscode.l10n.t('with the libraries of CUDA'),
      cuda: true,
    },
  ];
  const title = vscode.l10n.t('VAE: Set Up JAX');
  return (await vscode.window.showQuickPick(items, { title, ignoreFocusOut: true }))?.cuda;
}
