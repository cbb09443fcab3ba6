import * as vscode from 'vscode';
import type { CurrentRun } from './current-run';
import { Disposables } from '../emitter';
import { Command, ContextKey, Setting } from '../identifiers';
import { statusOf } from './followed-run';
import type { RunEntry, RunsModel } from './runs-model';
import { statusBarWanted } from '../settings';
import { statusText } from './status-text';

/** Status bar item of the live run, preferably the window's current one; hidden if none is live. */
export class StatusBar implements vscode.Disposable {
  private readonly disposables = new Disposables();
  private item: vscode.StatusBarItem | undefined;
  private readonly keys = new Map<string, boolean>();

  constructor(
    private readonly runs: RunsModel,
    private readonly current: CurrentRun,
  ) {
    this.disposables.add(runs.changed(() => this.update()));
    this.disposables.add(current.changed(() => this.update()));
    this.disposables.add(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(Setting.statusBar)) this.update();
      }),
    );
  }

  dispose(): void {
    this.item?.dispose();
    this.disposables.dispose();
  }

  private update(): void {
    const live = this.runs.entries.filter((entry) => statusOf(entry) || !entry.connection.responding);
    const states = live.map((entry) => statusOf(entry)?.state);
    this.setKey(
      ContextKey.training,
      // Undefined where the engine does not respond; it can be stopped all the same.
      states.some((state) => state === undefined || ['training', 'preparing', 'paused'].includes(state)),
    );
    this.setKey(ContextKey.paused, states.includes('paused'));
    this.show(live.find((entry) => entry.folder === this.current.folder) ?? live[0]);
  }

  private show(entry: RunEntry | undefined): void {
    const shown =
      entry && statusBarWanted()
        ? statusText(statusOf(entry), entry.connection.responding, vscode.l10n.t)
        : null;
    if (!entry || !shown) {
      this.item?.hide();
      return;
    }
    this.item ??= this.create();
    this.item.text = shown.text;
    this.item.tooltip = shown.tooltip;
    this.item.accessibilityInformation = { label: shown.spoken };
    this.item.command = {
      command: Command.openExplorer,
      title: vscode.l10n.t('Open Explorer'),
      arguments: [entry.folder],
    };
    this.item.show();
  }

  private create(): vscode.StatusBarItem {
    const item = vscode.window.createStatusBarItem('vae.status', vscode.StatusBarAlignment.Left, 0);
    item.name = vscode.l10n.t('VAE Training');
    return item;
  }

  private setKey(key: string, value: boolean): void {
    if (this.keys.get(key) === value) return;
    this.keys.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  }
}
