import { isAbsolute } from 'node:path';
import * as vscode from 'vscode';
import { Disposables } from '../emitter';
import type { Disposable } from '../emitter';
import { Setting } from '../identifiers';
import { localFolders, runsRootOf, runsRoots } from '../settings';
import { watchByLooking } from './runs-stamp';
import type { RunsModel } from './runs-model';

/** Changes come in bursts; they are looked at together after so long, in ms. */
const BURST_DELAY_MS = 250;
/** How often the runs folders are looked at without a watcher's word, in ms. */
const GLANCE_EVERY = 3000;

/** Keeps the model up to date with the runs folders: a run that a terminal starts is seen without asking. */
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
      // The folder may not be there yet: watched from the workspace folder, it is seen when it comes.
      const relativeRoot = root.slice(folder.uri.fsPath.length + 1).replaceAll('\\', '/');
      const inside = !isAbsolute(relativeRoot) && root.startsWith(folder.uri.fsPath);
      const pattern = (name: string): vscode.RelativePattern =>
        inside
          ? new vscode.RelativePattern(folder, `${relativeRoot}/${name}`)
          : new vscode.RelativePattern(vscode.Uri.file(root), name);
      // The lock's heartbeat is a change; what matters is that it comes and goes.
      const folders = watchers.add(
        vscode.workspace.createFileSystemWatcher(pattern('{*,*/run.lock}'), false, true, false),
      );
      const files = watchers.add(vscode.workspace.createFileSystemWatcher(pattern('*/config.json')));
      for (const watcher of [folders, files]) {
        watchers.add(watcher.onDidCreate(soon));
        watchers.add(watcher.onDidChange(soon));
        watchers.add(watcher.onDidDelete(soon));
      }
    }
  };
  start();
  // A watcher may keep silent: on network folders, where settings exclude the folder, or where the system's are used up.
  all.add(watchByLooking(runsRoots, soon, GLANCE_EVERY));
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
