import { basename } from 'node:path';
import * as vscode from 'vscode';
import { runItem } from './run-item';
import { remoteOf, statusOf } from './followed-run';
import type { RunEntry } from './runs-model';

/** Returns how a run is shown in the tree and in lists to pick from, now and in the user's language. */
export function entryItem(entry: RunEntry, current: boolean) {
  const { folder, record, damage, connection } = entry;
  const run = {
    ...{ folderName: basename(folder), record, damage, current },
    ...{ live: statusOf(entry), isEngine: connection.status !== null, responding: connection.responding },
    remote: remoteOf(entry),
    ...{ now: new Date(), language: vscode.env.language },
  };
  return runItem(run, vscode.l10n.t);
}
