import { basename } from 'node:path';
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
import { sweepTreeItem } from '../sweeps/sweep-item';
import type { SweepsModel } from '../sweeps/sweeps-model';
import { RunLine, SweepLine, TreeLines } from './tree-lines';
import { formatCount } from '../../text/format-count';

/** A training run changes many times a second; its redraws are throttled to this interval, in ms. */
const REDRAW_DELAY_MS = 500;
/** Maximum length of a filter's text on its line. */
const MAX_FILTER_TEXT = 60;

/** The first line while a filter is on: says how many runs it hides, and clears it when clicked. */
const FILTER_LINE = 'filter';
type Line = RunLine | SweepLine | typeof FILTER_LINE;

/** A line of the first level, and those below it. */
interface Level {
  readonly line: Line;
  readonly below: readonly Line[];
}

/** The runs of the workspace, in the order and with the filter of `list`; those of a sweep are below its line, and sweeps come first. */
export class RunsTree implements vscode.TreeDataProvider<Line>, vscode.Disposable {
  private readonly disposables = new Disposables();
  private readonly emitter = this.disposables.add(new vscode.EventEmitter<Line[] | undefined>());
  private readonly lines = new TreeLines();
  /** The lines of all levels when VS Code was last told to read them, as JSON; empty before. That it reads them says nothing: it does so, too, to reveal one. */
  private drawn = '';
  private readonly stale = new Set<RunLine>();
  private readonly view: vscode.TreeView<Line>;
  private timer: NodeJS.Timeout | undefined;
  private readonly logged = new Set<string>();
  readonly onDidChangeTreeData = this.emitter.event;

  constructor(
    private readonly runs: RunsModel,
    private readonly current: CurrentRun,
    private readonly list: RunList,
    private readonly log: Log,
    private readonly sweeps: SweepsModel,
  ) {
    this.view = this.disposables.add(
      vscode.window.createTreeView(View.runs, { treeDataProvider: this, canSelectMany: true }),
    );
    const { view } = this;
    this.disposables.add(
      view.onDidChangeSelection(({ selection: [line, ...more] }) => {
        // A multiple selection is for comparison.
        if (line instanceof RunLine && more.length === 0) void current.choose(line.folder);
      }),
    );
    this.disposables.add(
      vscode.commands.registerCommand(OPEN_SELECTED_RUN, async () => {
        // Clicking the selected line changes no selection, and another run may have become current since.
        const [line, ...more] = view.selection;
        if (more.length > 0) return undefined;
        if (line instanceof SweepLine) return vscode.commands.executeCommand(Command.openSweep, line);
        if (line instanceof RunLine) await current.choose(line.folder);
        return vscode.commands.executeCommand(Command.openExplorer);
      }),
    );
    this.disposables.add(runs.changed((entry) => (entry ? this.drawSoon(entry) : this.drawAll())));
    this.disposables.add(current.changed(() => this.drawAll()));
    this.disposables.add(sweeps.changed(() => this.drawAll()));
    this.disposables.add(
      list.changed(() => {
        this.drawAll();
        this.setFiltered();
      }),
    );
    this.setFiltered();
  }

  getChildren(line?: Line): Line[] {
    const { shown } = this.list.of(this.runs.entries);
    const linesOf = (entries: readonly RunEntry[]): Line[] =>
      entries.map(({ folder }) => this.lines.run(folder));
    if (line instanceof SweepLine) {
      const runs = this.sweeps.find(line.folder)?.runs;
      return linesOf(shown.filter(({ folder }) => runs?.has(folder)));
    }
    if (line !== undefined) return [];
    const { isFiltered } = this.list;
    // With a filter, a sweep is there if one of its runs is.
    const sweeps = this.sweeps.entries.filter(
      ({ runs }) => !isFiltered || shown.some(({ folder }) => runs.has(folder)),
    );
    return [
      ...(isFiltered && this.runs.entries.length > 0 ? [FILTER_LINE] : []),
      ...sweeps.map(({ sweep }) => this.lines.sweep(sweep.folder)),
      ...linesOf(shown.filter(({ folder }) => this.sweeps.ofRun(folder) === undefined)),
    ] as Line[];
  }

  private levels(): Level[] {
    return this.getChildren().map((line) => ({ line, below: this.getChildren(line) }));
  }

  /** Needed by `reveal`. */
  getParent(line: Line): SweepLine | undefined {
    const sweep = line instanceof RunLine ? this.sweeps.ofRun(line.folder)?.sweep : undefined;
    return sweep && this.lines.sweep(sweep.folder);
  }

  /** Scrolls to a run, where the tree is visible; the selection, and with it the current run, stays. */
  async reveal(folder: string): Promise<void> {
    const entry = this.list.of(this.runs.entries).shown.find((each) => each.folder === folder);
    if (entry && this.view.visible)
      await this.view.reveal(this.lines.run(folder), { select: false, focus: false });
  }

  getTreeItem(line: Line): vscode.TreeItem {
    if (line === FILTER_LINE) return this.filterItem();
    const entry = line instanceof RunLine ? this.runs.find(line.folder) : undefined;
    if (entry) return this.runTreeItem(entry);
    const sweep = line instanceof SweepLine ? this.sweeps.find(line.folder) : undefined;
    // What has just gone is drawn once more, and then the list without it.
    return sweep ? sweepTreeItem(sweep) : new vscode.TreeItem(basename(line.folder));
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
    const levels = this.levels();
    if (JSON.stringify(levels) === this.drawn)
      this.emitter.fire(levels.flatMap(({ line, below }) => [line, ...below]));
    else this.drawList();
  }

  private drawList(): void {
    this.drawn = JSON.stringify(this.levels());
    this.emitter.fire(undefined);
  }

  private drawSoon(entry: RunEntry): void {
    this.stale.add(this.lines.run(entry.folder));
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      const lines = [...this.stale];
      this.stale.clear();
      // With its state or bound, a run may enter or leave the filter, or change its place.
      if (this.list.isFiltered || this.list.order === 'bound') this.drawList();
      else if (lines.length > 0) this.emitter.fire(lines);
    }, REDRAW_DELAY_MS);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.disposables.dispose();
  }
}
