import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import type { Disposable } from '../emitter';
import { RUN_EDITOR } from '../identifiers';
import { FixedRun } from '../runs/shown-run';
import { plainName } from '../format';
import { requireLocal } from '../trust';
import { openExplorerPage } from './explorer-page';
import type { ExplorerParts } from './explorer-page';
import { localPath } from '../local-files';

interface RunDocument extends vscode.CustomDocument {
  readonly folder: string;
}

/**
 * Custom editor of a run's config.json, opened from the file explorer. Several may be open, each for one run, independently of
 * the window's current one. Read-only: training does not depend on whether its editor is open.
 */
export class RunEditor implements vscode.CustomReadonlyEditorProvider<RunDocument> {
  private constructor(private readonly parts: ExplorerParts) {}

  static register(parts: ExplorerParts): Disposable {
    return vscode.window.registerCustomEditorProvider(RUN_EDITOR, new RunEditor(parts), {
      supportsMultipleEditorsPerDocument: true,
    });
  }

  async openCustomDocument(uri: vscode.Uri): Promise<RunDocument> {
    requireLocal(uri);
    const folder = dirname(localPath(uri));
    if (await this.parts.runs.include(folder)) return { uri, folder, dispose: () => undefined };
    throw new Error(
      vscode.l10n.t(
        '{0} is not a run: its config.json is not a valid run configuration. Reopen it as text to see its content.',
        plainName(basename(folder)),
      ),
    );
  }

  async resolveCustomEditor({ folder }: RunDocument, panel: vscode.WebviewPanel): Promise<void> {
    const { runs, services } = this.parts;
    const current = new FixedRun(runs, folder);
    panel.onDidDispose(() => current.dispose());
    await openExplorerPage(panel, { ...this.parts, services: { ...services, current } });
  }
}
