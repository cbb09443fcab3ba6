import { basename } from 'node:path';
import * as vscode from 'vscode';
import { runItem } from './run-item';
import type { RunEntry } from './runs-model';

/** Returns how a run is shown in the tree and in lists to pick from, now and in the user's language. */
export function entryItem({ folder, record, damage, connection }: RunEntry, current: boolean) {
  const run = {
    ...{ folderName: basename(folder), record, damage, current },
    ...{ live: connection.status, responding: connection.responding },
    ...{ now: new Date(), language: vscode.env.language },
  };
  return runItem(run, vscode.l10n.t);
}
