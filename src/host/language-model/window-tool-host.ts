import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as vscode from 'vscode';
import type { ToolHost } from '../../tools/tool-host';
import type { ExtensionServices } from '../services';
import { runsRoots } from '../settings';
import { requireWorkspace } from '../training/launch';
import { localPath } from '../local-files';

/** What tools work on in this window: its folders on this machine. @throws NotAllowedError if there are none */
export function windowToolHost(host: ExtensionServices): ToolHost {
  return {
    roots: requireWorkspace().map((folder) => localPath(folder.uri)),
    runsRoots: runsRoots(),
    // The user trusts the workspace, and so its runs' datasets.
    imageRoots: null,
    namedDatasets: ['digits', 'mnist'],
    engineFolder: join(host.context.extensionPath, 'dist', 'engine'),
    refusal: vscode.workspace.isTrusted ? null : 'this workspace is not trusted: ask the user to trust it',
    ask: (...call) => host.engines.ask(...call),
    async train(training) {
      const { train } = await import('../training/train');
      const started = await train(host, training);
      return fileURLToPath(started!.runUri);
    },
    changed: () => {
      host.savedDirectionsChanged.fire();
      void host.runs.refresh();
    },
  };
}
