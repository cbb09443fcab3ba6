/**
 * A stand-in for the module `vscode`, which exists only in the editor: `vi.mock('vscode', () => import('../editor'))`. It answers
 * nothing by itself; what a person would answer, a test says. How the editor behaves is tested in a real one (test/vscode).
 */
import { vi } from 'vitest';
import { Emitter } from '../../src/host/emitter';
import { t } from './support';

export const l10n = { t };
export const env = {
  language: 'en',
  remoteName: undefined as string | undefined,
  uiKind: 1,
};
export enum UIKind {
  Desktop = 1,
  Web = 2,
}
export enum InputBoxValidationSeverity {
  Info = 1,
  Warning = 2,
  Error = 3,
}
export enum ProgressLocation {
  Window = 10,
  Notification = 15,
}
export enum FileType {
  File = 1,
}
export enum FileChangeType {
  Changed = 1,
  Created = 2,
  Deleted = 3,
}

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

  with({ scheme }: { scheme: string }): Uri {
    return new Uri(scheme, this.authority, this.path);
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

/** As VS Code's: `code` says what kind of error it is. */
export class FileSystemError extends Error {
  code = 'Unknown';
  static FileNotFound(uri: Uri): FileSystemError {
    return Object.assign(new FileSystemError(uri.toString()), { code: 'FileNotFound' });
  }
  static NoPermissions(): FileSystemError {
    return Object.assign(new FileSystemError('not permitted'), { code: 'NoPermissions' });
  }
}

export class EventEmitter<T> extends Emitter<T> {}
export class TreeItem {
  constructor(readonly label: string) {}
}
export enum TreeItemCollapsibleState {
  None = 0,
  Collapsed = 1,
  Expanded = 2,
}
export class ThemeIcon {
  constructor(
    readonly id: string,
    readonly color?: ThemeColor,
  ) {}
}
export class ThemeColor {
  constructor(readonly id: string) {}
}

/** The tree that was made last: what is selected and shown in it, a test says. */
export const tree = {
  ...{ visible: true, selection: [] as unknown[], message: undefined as string | undefined },
  selected: new Emitter<{ readonly selection: readonly unknown[] }>(),
  onDidChangeSelection: (listener: (event: { readonly selection: readonly unknown[] }) => unknown) =>
    tree.selected.event(listener),
  reveal: vi.fn<(...args: unknown[]) => Promise<void>>(() => Promise.resolve()),
  dispose: (): void => undefined,
};

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
  showInputBox: unanswered(),
  showOpenDialog: unanswered(),
  setStatusBarMessage: vi.fn<(text: string, ms: number) => void>(),
  createTreeView: () => tree,
  withProgress: vi.fn(
    (_options: unknown, work: (progress: unknown, token: unknown) => Promise<unknown>): Promise<unknown> =>
      work({ report: () => undefined }, { onCancellationRequested: () => ({ dispose: () => undefined }) }),
  ),
  showErrorMessage: unanswered(),
  showWarningMessage: unanswered(),
  showInformationMessage: unanswered(),
  showTextDocument: unanswered(),
  tabGroups: {
    activeTabGroup: { activeTab: undefined as { input: unknown } | undefined },
    all: [] as { tabs: { input: unknown }[] }[],
    close: unanswered(),
  },
};

export enum DiagnosticSeverity {
  Error = 0,
  Warning = 1,
  Information = 2,
}
export class Range {
  readonly numbers: readonly number[];
  constructor(...numbers: number[]) {
    this.numbers = numbers;
  }
}
export class Location {
  constructor(
    readonly uri: Uri,
    readonly range: Range,
  ) {}
}
export class DiagnosticRelatedInformation {
  constructor(
    readonly location: Location,
    readonly message: string,
  ) {}
}
export class Diagnostic {
  constructor(
    readonly range: Range,
    readonly message: string,
    readonly severity: DiagnosticSeverity,
  ) {}
}
export class CodeAction {
  constructor(
    readonly title: string,
    readonly kind: string,
  ) {}
}
export const CodeActionKind = { QuickFix: 'quickfix' };

/** Problems that are shown, by the path of their file. */
export const diagnostics = new Map<string, readonly Diagnostic[]>();
export const languages = {
  createDiagnosticCollection: () => ({
    set: (uri: Uri, own: readonly Diagnostic[]) => void diagnostics.set(uri.fsPath, own),
    delete: (uri: Uri) => void diagnostics.delete(uri.fsPath),
    clear: () => diagnostics.clear(),
    dispose: () => diagnostics.clear(),
  }),
  registerCodeActionsProvider: vi.fn((_selector: unknown, _provider: unknown) => ({
    dispose: () => undefined,
  })),
};

/** Commands that were registered, by their ids. */
export const registered = new Map<string, (...args: unknown[]) => unknown>();
export const commands = {
  executeCommand: unanswered(),
  registerCommand(id: string, run: (...args: unknown[]) => unknown) {
    registered.set(id, run);
    return { dispose: () => void registered.delete(id) };
  },
};

/** Settings that a person has changed, by their keys. */
export const settings = new Map<string, unknown>();
export const configurationChanged = new Emitter<{ affectsConfiguration: (key: string) => boolean }>();

export const workspace = {
  isTrusted: true,
  workspaceFolders: undefined as { uri: Uri }[] | undefined,
  getConfiguration: () => ({ get: (key: string): unknown => settings.get(key) }),
  onDidChangeConfiguration: (listener: (event: { affectsConfiguration: (key: string) => boolean }) => void) =>
    configurationChanged.event(listener),
  registerFileSystemProvider: () => ({ dispose: () => undefined }),
  fs: { delete: unanswered(), stat: unanswered() },
};
