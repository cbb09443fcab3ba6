import * as vscode from 'vscode';
import { plainName } from '../format';

/** Says how the pixels of a model of others are scaled, by the name of the scale in its questions. */
export function scaleText(scale: string): string {
  switch (scale) {
    case 'unit':
      return vscode.l10n.t('Pixels from 0 to 1');
    case 'signed':
      return vscode.l10n.t('Pixels from -1 to 1');
    case 'imagenet':
      return vscode.l10n.t('Channels normalised as for ImageNet');
    case 'bytes':
      return vscode.l10n.t('Pixels from 0 to 255');
    default:
      return plainName(scale);
  }
}
