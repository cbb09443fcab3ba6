import * as vscode from 'vscode';
import type { SweepState, SweepView } from '../../domain/sweep';
import { formatCount } from '../../text/format-count';
import { formatBound, plainLines, plainName, plainText } from '../format';
import { shortName } from '../runs/run-item';
import { OPEN_SELECTED_RUN } from '../identifiers';
import type { SweepEntry } from './sweeps-model';

/** Returns the line of a sweep in the tree; its trials are below it. */
export function sweepTreeItem(entry: SweepEntry): vscode.TreeItem {
  const { sweep } = entry;
  const item = new vscode.TreeItem(plainName(shortName(sweep.name)));
  item.id = sweep.folder;
  // Without an argument, as for runs.
  item.command = { command: OPEN_SELECTED_RUN, title: vscode.l10n.t('Open Sweep') };
  if ('damage' in sweep) {
    item.description = vscode.l10n.t('damaged');
    item.tooltip = plainText(sweep.damage);
    item.contextValue = 'sweep.damaged';
    item.iconPath = new vscode.ThemeIcon('warning');
    return item;
  }
  item.collapsibleState = vscode.TreeItemCollapsibleState.Collapsed;
  item.description = [sweepStateLabel(sweep.state), progressText(sweep), bestText(sweep)]
    .filter((part) => part !== '')
    .join(' · ');
  item.tooltip = plainLines(
    [
      sweep.name,
      vscode.l10n.t('Sweep over {0}', sweep.settings.join(', ')),
      `${sweep.preset}, ${sweep.dataset}`,
    ].join('\n'),
  );
  item.contextValue = `sweep.${sweep.state}`;
  item.iconPath = new vscode.ThemeIcon(sweep.state === 'running' ? 'sync' : 'list-tree');
  return item;
}

function sweepStateLabel(state: SweepState): string {
  switch (state) {
    case 'running':
      return vscode.l10n.t('training');
    case 'stopped':
      return vscode.l10n.t('stopped');
    case 'interrupted':
      return vscode.l10n.t('interrupted');
    case 'finished':
      return vscode.l10n.t('finished');
  }
}

function progressText({ trials }: SweepView): string {
  const ended = trials.filter(({ state }) => ['finished', 'failed', 'outranked'].includes(state)).length;
  return vscode.l10n.t('{0} of {1} trials', formatCount(ended), formatCount(trials.length));
}

function bestText({ trials }: SweepView): string {
  const [best] = trials;
  if (best?.ranking) return vscode.l10n.t('best {0}', formatBound(best.ranking.logLikelihood));
  return best?.bound == null ? '' : vscode.l10n.t('best {0}', formatBound(best.bound));
}
