import { isAbsolute } from 'node:path';
import * as vscode from 'vscode';
import { Disposables } from '../emitter';
import type { Disposable } from '../emitter';
import { Setting } from '../identifiers';
import { localFolders, runsRootOf, runsRoots } from '../settings';
import { pollRuns } from './runs-stamp';
import type { RunsModel } from './runs-model';
import { fileUri, localPath } from '../local-files';

/** Delay that batches bursts of changes, in ms. */
const BURST_DELAY_MS = 250;
/** Poll interval of the runs folders, in addition to the watchers, in ms. */
const POLL_INTERVAL_MS = 3000;

/** Keeps the model in sync with the runs folders, so that a run started in a terminal appears by itself. */
export function watchRuns(runs: RunsModel): Disposable {
  const all = new Disposables();
  let watchers = new Disposables();
  let timer: NodeJS.Timeout | undefined;
  const soon = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      void runs.refresh();
    }, BURST_DELAY_MS);
  };
  const start = (): void => {
    watchers.dispose();
    watchers = new Disposables();
    for (const folder of localFolders()) {
      const root = runsRootOf(folder);
      // The folder may not exist yet; a watcher on the workspace folder sees its creation.
      const relativeRoot = root.slice(localPath(folder.uri).length + 1).replaceAll('\\', '/');
      const inside = !isAbsolute(relativeRoot) && root.startsWith(localPath(folder.uri));
      const pattern = (name: string): vscode.RelativePattern =>
        inside
          ? new vscode.RelativePattern(folder, `${relativeRoot}/${name}`)
          : new vscode.RelativePattern(fileUri(root), name);
      // Changes of the lock are heartbeats; only its creation and deletion matter.
      const folders = watchers.add(
        vscode.workspace.createFileSystemWatcher(pattern('{*,*/run.lock}'), false, true, false),
      );
      const files = watchers.add(vscode.workspace.createFileSystemWatcher(pattern('*/{config,about}.json')));
      for (const watcher of [folders, files]) {
        watchers.add(watcher.onDidCreate(soon));
        watchers.add(watcher.onDidChange(soon));
        watchers.add(watcher.onDidDelete(soon));
      }
    }
  };
  start();
  // Watchers may miss changes: on network folders, if settings exclude the folder, or if the system has run out of watches.
  all.add(pollRuns(runsRoots, soon, POLL_INTERVAL_MS));
  all.add(
    vscode.workspace.onDidChangeWorkspaceFolders(() => {
      start();
      soon();
    }),
  );
  all.add(
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration(Setting.runsFolder)) return;
      start();
      soon();
    }),
  );
  all.add({
    dispose: () => {
      clearTimeout(timer);
      watchers.dispose();
    },
  });
  return all;
}
