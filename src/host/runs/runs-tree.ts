import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { CurrentRun } from './current-run';
import { Disposables } from '../emitter';
import { Command, OPEN_SELECTED_RUN, View } from '../identifiers';
import type { Log } from '../log';
import { plainText } from '../format';
import { runItem } from './run-item';
import type { RunEntry, RunsModel } from './runs-model';
import { formatCount } from '../../text/format-count';

/** A training run changes many times a second; its redraws are throttled to this interval, in ms. */
const REDRAW_DELAY_MS = 500;

/** The runs of the workspace as a flat list, newest first. */
export class RunsTree implements vscode.TreeDataProvider<RunEntry>, vscode.Disposable {
  private readonly disposables = new Disposables();
  private readonly emitter = this.disposables.add(new vscode.EventEmitter<RunEntry[] | undefined>());
  private readonly stale = new Set<RunEntry>();
  private readonly view: vscode.TreeView<RunEntry>;
  private timer: NodeJS.Timeout | undefined;
  private readonly logged = new Set<string>();
  readonly onDidChangeTreeData = this.emitter.event;

  constructor(
    private readonly runs: RunsModel,
    private readonly current: CurrentRun,
    private readonly log: Log,
  ) {
    this.view = this.disposables.add(
      vscode.window.createTreeView(View.runs, { treeDataProvider: this, canSelectMany: true }),
    );
    const { view } = this;
    this.disposables.add(
      view.onDidChangeSelection(({ selection: [entry, ...more] }) => {
        // A multiple selection is for comparison.
        if (entry && more.length === 0) void current.choose(entry.folder);
      }),
    );
    this.disposables.add(
      vscode.commands.registerCommand(OPEN_SELECTED_RUN, async () => {
        // Clicking the selected line changes no selection, and another run may have become current since.
        const [entry, ...more] = view.selection;
        if (more.length > 0) return;
        if (entry) await current.choose(entry.folder);
        await vscode.commands.executeCommand(Command.openExplorer);
      }),
    );
    this.disposables.add(runs.changed((entry) => (entry ? this.drawSoon(entry) : this.drawAll())));
    this.disposables.add(current.changed(() => this.drawAll()));
  }

  getChildren(entry?: RunEntry): RunEntry[] {
    return entry ? [] : [...this.runs.entries];
  }

  getTreeItem(entry: RunEntry): vscode.TreeItem {
    const shown = runItem(
      {
        folderName: basename(entry.folder),
        record: entry.record,
        damage: entry.damage,
        live: entry.connection.status,
        responding: entry.connection.responding,
        current: this.current.folder === entry.folder,
        now: new Date(),
        language: vscode.env.language,
      },
      vscode.l10n.t,
    );
    const item = new vscode.TreeItem(shown.label);
    item.id = entry.folder;
    item.description = shown.description;
    item.tooltip = shown.tooltip;
    item.contextValue = shown.context;
    item.iconPath = new vscode.ThemeIcon(
      shown.icon,
      shown.colour === undefined ? undefined : new vscode.ThemeColor(shown.colour),
    );
    // With the run as an argument, VS Code would drop the command at each redraw of the line, and a click in between would find
    // none.
    item.command = { command: OPEN_SELECTED_RUN, title: vscode.l10n.t('Open Explorer') };
    return item;
  }

  /** Shows unlisted folders above the list while there are any; logs each reason once. */
  private sayLeftOut(): void {
    const { leftOut } = this.runs;
    for (const reason of leftOut.filter((each) => !this.logged.has(each))) {
      this.logged.add(reason);
      this.log.warn(reason);
    }
    const [first] = leftOut;
    this.view.message =
      first === undefined
        ? undefined
        : leftOut.length === 1
          ? plainText(vscode.l10n.t('Not listed: {0}', first))
          : plainText(vscode.l10n.t('{0} folders are not listed. The first: {1}', formatCount(leftOut.length), first));
  }

  private drawAll(): void {
    this.stale.clear();
    this.sayLeftOut();
    this.emitter.fire(undefined);
  }

  private drawSoon(entry: RunEntry): void {
    this.stale.add(entry);
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      const entries = [...this.stale];
      this.stale.clear();
      if (entries.length > 0) this.emitter.fire(entries);
    }, REDRAW_DELAY_MS);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.disposables.dispose();
  }
}
