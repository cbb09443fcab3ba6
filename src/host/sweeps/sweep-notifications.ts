import * as vscode from 'vscode';
import type { SweepState, SweepView } from '../../domain/sweep';
import type { Disposable } from '../emitter';
import { formatBound, plainName } from '../format';
import { Command } from '../identifiers';
import { showInformation, showWarning } from '../messages';
import type { SweepsModel } from './sweeps-model';

/** Tells of a sweep that ends while the window is open: that it has finished, with its best trial, or that it was interrupted. */
export function sweepNotifications(sweeps: Pick<SweepsModel, 'entries' | 'changed'>): Disposable {
  const states = new Map<string, SweepState>();
  return sweeps.changed(() => {
    for (const { sweep } of sweeps.entries) {
      if (!('state' in sweep)) continue;
      const before = states.get(sweep.folder);
      states.set(sweep.folder, sweep.state);
      if (before === 'running' && sweep.state !== before) void tell(sweep);
    }
  });
}

async function tell(sweep: SweepView): Promise<void> {
  const { state, folder, target } = sweep;
  const name = plainName(sweep.name);
  const open = vscode.l10n.t('Open Sweep');
  if (state === 'finished') {
    const [best] = sweep.trials;
    const text = best?.ranking
      ? vscode.l10n.t(
          'VAE: the sweep {0} has finished. Its best trial is {1}, with {2} nats per image.',
          ...[name, best.number, formatBound(best.ranking.logLikelihood)],
        )
      : vscode.l10n.t('VAE: the sweep {0} has finished.', name);
    if ((await showInformation(text, open)) === open)
      await vscode.commands.executeCommand(Command.openSweep, { sweep: folder });
  }
  // One on a cluster goes on there, and is followed again.
  if (state !== 'interrupted' || target !== null) return;
  const goOn = vscode.l10n.t('Continue');
  const text = vscode.l10n.t('VAE: the sweep {0} was interrupted; its process has ended.', name);
  const chosen = await showWarning(text, goOn, open);
  if (chosen === goOn) await vscode.commands.executeCommand(Command.continueSweep, { sweep: folder });
  if (chosen === open) await vscode.commands.executeCommand(Command.openSweep, { sweep: folder });
}
