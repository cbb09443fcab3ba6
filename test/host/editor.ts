/**
 * A stand-in for the module `vscode`, which exists only in the editor: `vi.mock('vscode', () => import('../editor'))`. It answers
 * nothing by itself; what a person would answer, a test says. How the editor behaves is tested in a real one (test/vscode).
 */
import { vi } from 'vitest';
import { t } from './support';

export const l10n = { t };
export const env = { language: 'en' };

export class Uri {
  private constructor(
    readonly scheme: string,
    readonly authority: string,
    readonly path: string,
  ) {}

  static file(path: string): Uri {
    return new Uri('file', '', path);
  }

  static parse(text: string): Uri {
    const { protocol, host, pathname } = new URL(text);
    return new Uri(protocol.slice(0, -1), host, decodeURIComponent(pathname));
  }

  static joinPath(base: Uri, ...names: string[]): Uri {
    return new Uri(base.scheme, base.authority, [base.path, ...names].join('/'));
  }

  get fsPath(): string {
    return this.path;
  }

  toString(): string {
    return `${this.scheme}://${this.authority}${this.path}`;
  }
}

export class TabInputCustom {
  constructor(
    readonly uri: Uri,
    readonly viewType: string,
  ) {}
}

const unanswered = () => vi.fn<(...args: unknown[]) => Promise<unknown>>(() => Promise.resolve(undefined));

/** A list that a test looks at and answers. */
export class QuickPick {
  title = '';
  placeholder = '';
  busy = false;
  items: readonly Record<string, unknown>[] = [];
  activeItems: readonly Record<string, unknown>[] = [];
  selectedItems: readonly Record<string, unknown>[] = [];
  isShown = false;
  isDisposed = false;
  private readonly listeners: Record<'accept' | 'hide' | 'active', ((items: unknown) => void)[]> = {
    ...{ accept: [], hide: [], active: [] },
  };

  readonly onDidAccept = this.event('accept');
  readonly onDidHide = this.event('hide');
  readonly onDidChangeActive = this.event('active');

  private event(name: keyof typeof this.listeners) {
    return (listener: (items: unknown) => void) => {
      this.listeners[name].push(listener);
      return { dispose: () => undefined };
    };
  }

  private fire(name: keyof typeof this.listeners, items?: unknown): void {
    for (const listener of this.listeners[name]) listener(items);
  }

  show(): void {
    this.isShown = true;
  }

  hide(): void {
    this.fire('hide');
  }

  dispose(): void {
    this.isDisposed = true;
  }

  /** Moves to an item, as with the arrow keys. */
  move(label: string): void {
    this.activeItems = this.items.filter((item) => String(item['label']).startsWith(label)).slice(0, 1);
    this.fire('active', this.activeItems);
  }

  /** Moves to an item and presses Enter. */
  choose(label: string): void {
    this.move(label);
    this.selectedItems = this.activeItems;
    this.fire('accept');
  }
}

/** The lists that were made, the newest last. */
export const quickPicks: QuickPick[] = [];

export const QuickPickItemKind = { Separator: -1, Default: 0 };

export const window = {
  createQuickPick: () => {
    const pick = new QuickPick();
    quickPicks.push(pick);
    return pick;
  },
  showQuickPick: unanswered(),
  showOpenDialog: unanswered(),
  showInputBox: unanswered(),
  showErrorMessage: unanswered(),
  showWarningMessage: unanswered(),
  showInformationMessage: unanswered(),
  showTextDocument: unanswered(),
  tabGroups: { activeTabGroup: { activeTab: undefined as { input: unknown } | undefined } },
};

export const commands = { executeCommand: unanswered() };

export const workspace = {
  isTrusted: true,
  workspaceFolders: undefined as { uri: Uri }[] | undefined,
  getConfiguration: () => ({ get: (): unknown => undefined }),
  fs: { delete: unanswered() },
};
