/** The extension where VS Code runs in a browser: the same one, on the workspace's files and with engines that are workers of the window. */
import * as vscode from 'vscode';
import type { LatentExplorer } from '../../api/latent-explorer';
import { activate as activateEverywhere } from '../extension';
import { ContextKey } from '../host/identifiers';
import { MemoryFiles } from './files/memory-files';
import { withMemory } from './files/mounted-files';
import { serialFiles } from './files/serial-files';
import { useFiles } from './node/current-files';
import { useWorkers } from './host/engine-workers';
import type { BrowserWorker } from './host/engine-workers';
import { workspaceFiles } from './host/workspace-files';

export async function activate(context: vscode.ExtensionContext): Promise<LatentExplorer> {
  await vscode.commands.executeCommand('setContext', ContextKey.inBrowser, true);
  const assets = vscode.Uri.joinPath(context.extensionUri, 'dist', 'web');
  const files = await withMemory(serialFiles(workspaceFiles(assets)), new MemoryFiles());
  useFiles(files);
  let script: Promise<string> | null = null;
  useWorkers({
    files,
    async create() {
      script ??= scriptUrl(vscode.Uri.joinPath(assets, 'engine.js'));
      const { Worker } = globalThis as unknown as {
        readonly Worker: new (url: string) => BrowserWorker;
      };
      return new Worker(await script);
    },
  });
  return activateEverywhere(context);
}

/** Returns a URL from which a worker may be started: that of the extension is of another origin. */
async function scriptUrl(file: vscode.Uri): Promise<string> {
  const bytes = Uint8Array.from(await vscode.workspace.fs.readFile(file));
  return URL.createObjectURL(new Blob([bytes], { type: 'text/javascript' }));
}
