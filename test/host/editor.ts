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

export const window = {
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
