import * as vscode from 'vscode';
import type { CurrentRun } from './current-run';
import { Disposables } from '../emitter';
import { Command, ContextKey, OPEN_SELECTED_RUN, View } from '../identifiers';
import type { Log } from '../log';
import { plainText } from '../format';
import { entryItem } from './entry-item';
import type { RunList } from './run-list';
import type { RunEntry, RunsModel } from './runs-model';
import { stateLabel } from './state-label';
import { formatCount } from '../../text/format-count';

/** A training run changes many times a second; its redraws are throttled to this interval, in ms. */
const REDRAW_DELAY_MS = 500;
/** Maximum length of a filter's text on its line. */
const MAX_FILTER_TEXT = 60;

/** The first line while a filter is on: says how many runs it hides, and clears it when clicked. */
const FILTER_LINE = 'filter';
type Line = RunEntry | typeof FILTER_LINE;

/** The runs of the workspace as a flat list, in the order and with the filter of `list`. */
export class RunsTree implements vscode.TreeDataProvider<Line>, vscode.Disposable {
  private readonly disposables = new Disposables();
  private readonly emitter = this.disposables.add(new vscode.EventEmitter<Line[] | undefined>());
  private readonly stale = new Set<RunEntry>();
  private readonly view: vscode.TreeView<Line>;
  private timer: NodeJS.Timeout | undefined;
  private readonly logged = new Set<string>();
  readonly onDidChangeTreeData = this.emitter.event;

  constructor(
    private readonly runs: RunsModel,
    private readonly current: CurrentRun,
    private readonly list: RunList,
    private readonly log: Log,
  ) {
    this.view = this.disposables.add(
      vscode.window.createTreeView(View.runs, { treeDataProvider: this, canSelectMany: true }),
    );
    const { view } = this;
    this.disposables.add(
      view.onDidChangeSelection(({ selection: [entry, ...more] }) => {
        // A multiple selection is for comparison.
        if (entry && entry !== FILTER_LINE && more.length === 0) void current.choose(entry.folder);
      }),
    );
    this.disposables.add(
      vscode.commands.registerCommand(OPEN_SELECTED_RUN, async () => {
        // Clicking the selected line changes no selection, and another run may have become current since.
        const [entry, ...more] = view.selection;
        if (more.length > 0) return;
        if (entry && entry !== FILTER_LINE) await current.choose(entry.folder);
        await vscode.commands.executeCommand(Command.openExplorer);
      }),
    );
    this.disposables.add(runs.changed((entry) => (entry ? this.drawSoon(entry) : this.drawAll())));
    this.disposables.add(current.changed(() => this.drawAll()));
    this.disposables.add(
      list.changed(() => {
        this.drawAll();
        this.setFiltered();
      }),
    );
    this.setFiltered();
  }

  getChildren(line?: Line): Line[] {
    if (line !== undefined) return [];
    const { shown } = this.list.of(this.runs.entries);
    return this.list.isFiltered && this.runs.entries.length > 0 ? [FILTER_LINE, ...shown] : [...shown];
  }

  /** Needed by `reveal`. */
  getParent(): undefined {
    return undefined;
  }

  /** Scrolls to a run, where the tree is visible; the selection, and with it the current run, stays. */
  async reveal(folder: string): Promise<void> {
    const entry = this.list.of(this.runs.entries).shown.find((each) => each.folder === folder);
    if (entry && this.view.visible) await this.view.reveal(entry, { select: false, focus: false });
  }

  getTreeItem(line: Line): vscode.TreeItem {
    return line === FILTER_LINE ? this.filterItem() : this.runTreeItem(line);
  }

  private filterItem(): vscode.TreeItem {
    const { hidden } = this.list.of(this.runs.entries);
    const item = new vscode.TreeItem(
      hidden === 1
        ? vscode.l10n.t('1 run is hidden')
        : vscode.l10n.t('{0} runs are hidden', hidden.toLocaleString('en')),
    );
    const { text, states } = this.list.filter;
    item.id = FILTER_LINE;
    item.description = [plainText(text.trim(), MAX_FILTER_TEXT), ...states.map(stateLabel)]
      .filter((part) => part !== '')
      .join(' · ');
    item.tooltip = vscode.l10n.t('Click to clear the filter');
    item.contextValue = FILTER_LINE;
    item.iconPath = new vscode.ThemeIcon('filter-filled');
    item.command = { command: Command.clearRunFilter, title: vscode.l10n.t('Clear Filter') };
    return item;
  }

  private setFiltered(): void {
    void vscode.commands.executeCommand('setContext', ContextKey.filtered, this.list.isFiltered);
  }

  private runTreeItem(entry: RunEntry): vscode.TreeItem {
    const shown = entryItem(entry, this.current.folder === entry.folder);
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
          : plainText(
              vscode.l10n.t('{0} folders are not listed. The first: {1}', formatCount(leftOut.length), first),
            );
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
      // With its state or bound, a run may enter or leave the filter, or change its place.
      if (this.list.isFiltered || this.list.order === 'bound') this.emitter.fire(undefined);
      else if (entries.length > 0) this.emitter.fire(entries);
    }, REDRAW_DELAY_MS);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.disposables.dispose();
  }
}
