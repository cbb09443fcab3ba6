import * as vscode from 'vscode';
import type { SentParts } from '../../protocol/schemas/submit-line';
import { formatCount } from '../../text/format-count';
import { plainName } from '../format';
import type { Translate } from '../format';
import { agree } from '../messages';
import type { ExtensionServices } from '../services';
import { tokenFor } from './cluster-token';

/** What is to be sent. */
export interface Sending {
  /** Name of the cluster. */
  readonly target: string;
  /** Of `vae`. */
  readonly args: readonly string[];
  /** Whether the person was asked before, by the program that calls. */
  readonly isConfirmed: boolean;
}

/**
 * Packs a run, says what is sent to the cluster and how large it is, asks once, and submits it.
 * @returns false if the person declines or cancels: nothing was sent
 */
export async function send(
  host: ExtensionServices,
  { target: name, args, isConfirmed }: Sending,
): Promise<boolean> {
  const { TargetFile } = await import('../../cluster/target-file');
  const token = await tokenFor(host, await new TargetFile().find(name));
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t('VAE: Sending to {0}', plainName(name)),
    cancellable: true,
  };
  return vscode.window.withProgress(options, async (_, cancelled) => {
    const cancel = new AbortController();
    const listener = cancelled.onCancellationRequested(() => cancel.abort());
    const agrees = (parts: SentParts): Promise<boolean> =>
      isConfirmed
        ? Promise.resolve(true)
        : agree(
            questionOf(parts, vscode.l10n.t),
            partsText(parts, vscode.l10n.t).join('\n'),
            vscode.l10n.t('Send and Train'),
          );
    try {
      return await host.submitRun(args, token, agrees, cancel.signal);
    } catch (error) {
      if (cancel.signal.aborted) return false;
      throw error;
    } finally {
      listener.dispose();
    }
  });
}

function questionOf({ target, trials }: SentParts, t: Translate): string {
  return trials === undefined
    ? t('Train on {0}?', plainName(target))
    : t('Trials to train on {0}: {1}. Train them?', plainName(target), formatCount(trials));
}

/** Says what is sent where, a sentence a line. */
function partsText({ target, address, packages, images }: SentParts, t: Translate): string[] {
  const sizeOf = (what: string): string =>
    megabytes(packages.reduce((sum, each) => (each.what === what ? sum + each.bytes : sum), 0));
  return [
    t('To {0} ({1}) are sent, unless they are there already:', plainName(target), address),
    t('the settings, and the engine: {0} MB packed;', sizeOf('engine')),
    images.from === 'sent'
      ? images.arePacked
        ? t(
            '{0} images as rows of pixels, as the run sees them: {1} MB.',
            formatCount(images.files),
            sizeOf('images'),
          )
        : t('{0} files of images: {1} MB packed.', formatCount(images.files), sizeOf('images'))
      : images.from === 'cluster'
        ? t('no images: they are read from {0} there.', plainName(images.path))
        : t('no images: the digits are made there.'),
    ...(packages.some(({ what }) => what === 'start')
      ? [
          t(
            'The run goes on from its newest checkpoint here, which is sent with its curve: {0} MB.',
            sizeOf('start'),
          ),
        ]
      : []),
    t(
      'Its curve and checkpoints come back into this workspace. Training goes on when this window is closed.',
    ),
  ];
}

const megabytes = (bytes: number): string => (bytes / 1e6).toLocaleString('en', { maximumFractionDigits: 1 });
