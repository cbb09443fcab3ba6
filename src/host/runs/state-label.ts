import * as vscode from 'vscode';
import type { ListedState } from './run-list';

/** Returns the name of a state, as the lines of the runs tree have it. */
export const stateLabel = (state: ListedState): string => {
  switch (state) {
    case 'training':
      return vscode.l10n.t('training');
    case 'paused':
      return vscode.l10n.t('paused');
    case 'finished':
      return vscode.l10n.t('finished');
    case 'stopped':
      return vscode.l10n.t('stopped');
    case 'interrupted':
      return vscode.l10n.t('interrupted');
    case 'failed':
      return vscode.l10n.t('failed');
    case 'damaged':
      return vscode.l10n.t('damaged');
  }
};
