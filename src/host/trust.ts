import * as vscode from 'vscode';
import { isInBrowser } from './in-browser';
import { isLocal } from './local-files';

/** An action that is not allowed here; `command` offers a remedy. */
export class NotAllowedError extends Error {
  override readonly name = 'NotAllowedError';
  constructor(
    message: string,
    readonly command?: { readonly title: string; readonly id: string },
  ) {
    super(message);
  }
}

/** Requires workspace trust. @throws NotAllowedError in an untrusted workspace, where models are neither trained nor opened */
export function requireTrust(): void {
  if (vscode.workspace.isTrusted) return;
  throw new NotAllowedError(
    vscode.l10n.t(
      'This workspace is not trusted: VAE can show runs but cannot train or open models. Trust the workspace to continue.',
    ),
    { title: vscode.l10n.t('Manage Workspace Trust'), id: 'workbench.trust.manage' },
  );
}

/** Requires a machine, for what programs do. @throws NotAllowedError where VS Code itself runs in a browser */
export function requireMachine(): void {
  if (!isInBrowser) return;
  throw new NotAllowedError(
    vscode.l10n.t(
      'This needs a separate program, which VS Code in a browser cannot start. Open the workspace in VS Code on a machine.',
    ),
  );
}

/** Requires a file on this machine, since the engine reads it directly. @throws NotAllowedError otherwise */
export function requireLocal(uri: vscode.Uri): void {
  if (isLocal(uri)) return;
  throw new NotAllowedError(
    vscode.l10n.t(
      'VAE can read only files on this machine, but {0} is in a virtual workspace. Copy the images to a folder on disk and open that folder.',
      uri.toString(true).slice(0, 200),
    ),
  );
}
