import { join } from 'node:path';
import * as vscode from 'vscode';
import { Cards } from './host/cards';
import { registerCommands } from './host/commands/register';
import { commandTable } from './host/commands/table';
import { ComparedRuns } from './host/compared';
import { CurrentRun } from './host/currentRun';
import { DirectionWish } from './host/directionWish';
import { openFile } from './host/editor';
import { Engines } from './host/engines';
import { FewEngines } from './host/fewEngines';
import type { Host } from './host/host';
import { View } from './host/identifiers';
import type { CommandId } from './host/identifiers';
import { imageActions } from './host/imageActions';
import { InterpolationModel } from './host/interpolation';
import { Log } from './host/log';
import { MapFocus } from './host/mapFocus';
import { confirm, showError } from './host/messages';
import { runNotices } from './host/notices';
import { RunsModel } from './host/runs/runsModel';
import { RunsTree } from './host/runs/runsTree';
import { watchRuns } from './host/runs/watchRuns';
import { saveFile, savePicture } from './host/savePicture';
import { engineChoice, localFolders, runsRoots } from './host/settings';
import { StatusBar } from './host/statusBar';
import { requireTrust } from './host/trust';
import { ComparePanel } from './host/views/comparePanel';
import { ExplorerPanel } from './host/views/explorerPanel';
import { InterpolationView } from './host/views/interpolationView';
import { Refusals } from './host/views/refusals';
import { RunEditor } from './host/views/runEditor';

/** Engines that the comparison of ended runs starts at once, at most. */
const MOST_MODELS = 3;

export function activate(context: vscode.ExtensionContext): void {
  const { extensionUri, workspaceState, subscriptions } = context;
  const own = <T extends vscode.Disposable>(item: T): T => {
    subscriptions.push(item);
    return item;
  };
  const log = own(new Log(vscode.window.createOutputChannel('VAE', { log: true })));
  const refusals = new Refusals((message) => log.warn(message));
  const engines = own(
    new Engines({
      engineFolder: join(context.extensionPath, 'dist', 'engine'),
      choose: engineChoice,
      checkAllowed: requireTrust,
    }),
  );
  const runs = own(new RunsModel(runsRoots, engines));
  const current = own(new CurrentRun(workspaceState, runs));
  const cards = own(new Cards(workspaceState));
  const interpolation = own(new InterpolationModel(workspaceState, engines));
  const mapFocus = own(new MapFocus());
  const directionWish = own(new DirectionWish());

  const compared = own(new ComparedRuns());
  const models = new FewEngines(engines, MOST_MODELS);

  const services = {
    ...{ current, engines, cards, interpolation, mapFocus, directionWish, imageActions, compared, models },
    ...{ openImage: openFile, openFile, confirm },
    folders: () => localFolders().map((folder) => folder.uri.fsPath),
    execute: (command: CommandId, ...args: unknown[]) =>
      void vscode.commands
        .executeCommand(command, ...args)
        .then(undefined, (error) => showError(`VAE: ${String(error)}`)),
    savePicture,
    savePath: (name: string, extension: string, bytes: Uint8Array) =>
      saveFile(vscode.l10n.t('Save Path'), name, extension, bytes),
    pickWaypoint: async () => (await import('./host/commands/interpolate')).pickWaypoint(host),
    showInterpolation: () => view.show(),
    mayStartEngine: () => vscode.workspace.isTrusted,
    t: vscode.l10n.t,
    log: (message: string) => log.warn(message),
  };
  const explorer = { extensionUri, services, refusals, runs };
  const panel = own(new ExplorerPanel(explorer));
  own(RunEditor.register(explorer));
  const comparison = own(new ComparePanel(extensionUri, services, refusals, runs));
  const view = new InterpolationView(extensionUri, services, refusals);
  own(vscode.window.registerWebviewViewProvider(View.interpolation, view));

  const host: Host = {
    ...{ context, log, engines, runs, current, cards, interpolation, mapFocus, directionWish, compared },
    showExplorer: () => panel.show(),
    showComparison: () => comparison.show(),
    showInterpolation: () => view.show(),
  };
  own(registerCommands(commandTable(host), log));
  own(new RunsTree(runs, current, log));
  own(new StatusBar(runs, current));
  own(runNotices(runs));
  own(watchRuns(runs));
  own(vscode.workspace.onDidGrantWorkspaceTrust(() => void runs.refresh()));
  // A window that was reloaded finds the engine of its run again; not waited for.
  void runs.refresh();
}
