import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as vscode from 'vscode';
import type { LatentExplorer } from '../api/latent-explorer';
import { extensionApi } from './host/api/extension-api';
import { Attention } from './host/explorer/attention';
import { Cards } from './host/encode/cards';
import { registerCommands } from './host/commands/register';
import { registerTools } from './host/language-model/register-tools';
import { commandTable } from './host/commands/command-table';
import { remoteNotifications } from './host/clusters/remote-notifications';
import { RemoteRuns } from './host/clusters/remote-runs';
import { ComparedRuns } from './host/compare/compared-runs';
import { CurrentRun } from './host/runs/current-run';
import type { RequestedDirection } from './protocol/directions';
import { Emitter } from './host/emitter';
import { openFile } from './host/editor';
import { Engines } from './host/engines/engines';
import { EnginePool } from './host/engines/engine-pool';
import type { ExtensionServices } from './host/services';
import { View } from './host/identifiers';
import type { CommandId } from './host/identifiers';
import { imageActions } from './host/map/image-actions';
import { InterpolationModel } from './host/interpolation/interpolation';
import { Log } from './host/log';
import { Selections } from './host/map/selections';
import { ImageProblems } from './host/problems/image-problems';
import { quickFixes } from './host/problems/problem-fixes';
import { PendingRequest } from './host/pending-request';
import { confirm, showError, showWorking } from './host/messages';
import { RestartLimit } from './shared/restart-limit';
import { AutoResume } from './host/runs/auto-resume';
import { runName } from './host/runs/run-item';
import { runNotifications } from './host/runs/run-notifications';
import { tellVanished } from './host/runs/forget-run';
import { NotesDocuments } from './host/runs/notes-documents';
import { RunList } from './host/runs/run-list';
import { RunsModel } from './host/runs/runs-model';
import { RunsTree } from './host/runs/runs-tree';
import { SweepFollower } from './host/sweeps/sweep-follower';
import { sweepNotifications } from './host/sweeps/sweep-notifications';
import { SweepPanel } from './host/sweeps/sweep-panel';
import { SweepsModel } from './host/sweeps/sweeps-model';
import { watchRuns } from './host/runs/watch-runs';
import { askFilmFormat, saveFilm, savePicture } from './host/webview/save-picture';
import { autoResumeWanted, engineChoice, keepSnapshots, localFolders, runsRoots } from './host/settings';
import { StatusBar } from './host/runs/status-bar';
import { passJaxPython } from './host/engines/jax-python';
import { requireTrust } from './host/trust';
import { ComparePanel } from './host/compare/compare-panel';
import { ExplorerPanel } from './host/explorer/explorer-panel';
import { InterpolationViewProvider } from './host/interpolation/interpolation-view';
import { RejectedMessages } from './host/webview/rejected-messages';
import { RunEditor } from './host/explorer/run-editor';
import { isInBrowser } from './host/in-browser';
import { localPath } from './host/local-files';
import { reveal } from './host/reveal';

/** Maximum engines that the comparison of ended runs keeps alive at once. */
const MAX_ENGINES = 3;

/** @returns what other extensions use, see api/latent-explorer.d.ts */
export function activate(context: vscode.ExtensionContext): LatentExplorer {
  const { extensionUri, workspaceState, subscriptions } = context;
  const own = <T extends vscode.Disposable>(item: T): T => {
    subscriptions.push(item);
    return item;
  };
  const log = own(new Log(vscode.window.createOutputChannel('VAE', { log: true })));
  const refusals = new RejectedMessages((message) => log.warn(message));
  const engineFolder = join(context.extensionPath, 'dist', 'engine');
  own(passJaxPython());
  const engines = own(
    new Engines({
      engineFolder,
      choose: engineChoice,
      checkAllowed: requireTrust,
    }),
  );
  const runs = own(new RunsModel(runsRoots, engines));
  const sweeps = own(new SweepsModel(runsRoots));
  const current = own(new CurrentRun(workspaceState, runs));
  const runList = own(new RunList(workspaceState));
  const cards = own(new Cards(workspaceState));
  const interpolation = own(new InterpolationModel(workspaceState, engines));
  const mayConnect = (): boolean => vscode.workspace.isTrusted && !isInBrowser;
  const remotes = own(
    new RemoteRuns({
      runs,
      connect: async (remote) =>
        (await import('./host/clusters/cluster-connection')).connectionOf({ context }, remote),
      isAllowed: mayConnect,
      isWatched: (folder) => vscode.window.state.focused && current.folder === folder,
      ...{ now: () => performance.now(), date: () => new Date(), t: vscode.l10n.t },
      log: (message) => log.info(message),
    }),
  );
  const wakeShown = (): void => {
    if (vscode.window.state.focused && current.folder !== undefined) remotes.wake(current.folder);
  };
  own(vscode.window.onDidChangeWindowState(wakeShown));
  own(current.changed(wakeShown));
  const attention = own(new Attention(showWorking));
  const selections = new Selections();
  const mapFocus = own(new PendingRequest<readonly string[]>());
  const requestedDirection = own(new PendingRequest<RequestedDirection>());
  const savedDirectionsChanged = own(new Emitter<void>());
  const classifierChanged = own(new Emitter<void>());

  const problems = own(new ImageProblems({ engineFolder, runs, current, log }));
  const compared = own(new ComparedRuns());
  const models = new EnginePool(engines, MAX_ENGINES);

  const services = {
    ...{ current, engines, cards, interpolation, attention, selections, mapFocus },
    ...{ requestedDirection },
    ...{ savedDirectionsChanged, classifierChanged, imageActions, compared, models },
    ...{ openImage: openFile, openFile, confirm },
    folders: () => localFolders().map((folder) => localPath(folder.uri)),
    execute: (command: CommandId, ...args: unknown[]) =>
      void vscode.commands
        .executeCommand(command, ...args)
        .then(undefined, (error) => showError(`VAE: ${String(error)}`)),
    askFilmFormat,
    saveFilm,
    savePicture,
    runName: (folder: string) => runName(runs.find(folder) ?? { folder, record: null }),
    shortPath: (path: string) => vscode.workspace.asRelativePath(path),
    reveal,
    copyFile: async (path: string, runFolder: string) =>
      (await import('./host/interpolation/copy-saved')).copySaved(path, runFolder),
    keepSnapshots,
    pickWaypoint: async () => (await import('./host/interpolation/interpolate')).pickWaypoint(host),
    showInterpolation: () => view.show(),
    mayStartEngine: () => vscode.workspace.isTrusted,
    t: vscode.l10n.t,
    log: (message: string) => log.warn(message),
  };
  const explorer = { extensionUri, services, refusals, runs };
  const panel = own(new ExplorerPanel(explorer));
  own(RunEditor.register(explorer));
  const comparison = own(new ComparePanel(extensionUri, services, refusals, runs));
  const sweepPanel = own(new SweepPanel(extensionUri, services, refusals, sweeps));
  const view = new InterpolationViewProvider(extensionUri, services, refusals);
  own(vscode.window.registerWebviewViewProvider(View.interpolation, view));

  const host: ExtensionServices = {
    ...{ context, log, engines, runs, current, runList, cards, interpolation, attention },
    ...{ selections, mapFocus, requestedDirection, savedDirectionsChanged, classifierChanged },
    ...{ compared, sweeps, problems, remotes },
    showExplorer: (route) => {
      const { folder } = current;
      if (route && folder !== undefined) attention.show({ ...route, run: pathToFileURL(folder).href });
      panel.show();
    },
    revealRun: (folder) => void tree.reveal(folder),
    showComparison: () => comparison.show(),
    showSweep: (folder) => sweepPanel.show(folder),
    showInterpolation: () => view.show(),
    askAfterReport: async (name, request, engine) => {
      const { askAfterReport } = await import('./host/training/dataset-panel');
      const { TargetFile } = await import('./cluster/target-file');
      // A list that is damaged is said by the commands that use it.
      const targets = isInBrowser ? [] : await new TargetFile().read().catch(() => []);
      const page = { extensionUri, refusals, engine, hasClusters: targets.length > 0 };
      return askAfterReport(host, name, { ...request, engineFolder }, page);
    },
    planTraining: async (request, signal, onLine) => {
      const { planTraining } = await import('./endpoint/plan-training');
      return planTraining({ ...engineChoice(), ...request, engineFolder }, signal, onLine);
    },
    submitRun: async (...args) => {
      const [request, ...rest] = args;
      return (await import('./endpoint/submit-run')).submitRun(request, engineFolder, ...rest);
    },
    planSweep: async (request, signal, onLine) =>
      (await import('./endpoint/start-sweep')).planSweep(request, engineFolder, signal, onLine),
    startSweep: async (request, folder) =>
      (await import('./endpoint/start-sweep')).startSweep(request, folder, engineFolder),
    goOnWithSweep: async (folder, token) =>
      (await import('./endpoint/start-sweep')).continueSweep(folder, engineFolder, token),
  };
  own(registerCommands(commandTable(host), log));
  own(registerTools(host));
  own(quickFixes(problems));
  const tree = own(new RunsTree(runs, current, runList, log, sweeps));
  own(new NotesDocuments(runs));
  own(tellVanished(host));
  own(new StatusBar(runs, current));
  const autoResume = new AutoResume(
    workspaceState,
    () => vscode.workspace.isTrusted && autoResumeWanted(),
    new RestartLimit(() => performance.now()),
  );
  own(engines.trainingStarted((runFolder) => void autoResume.startedHere(runFolder)));
  const isOfSweep = (runFolder: string): boolean => {
    const sweep = sweeps.ofRun(runFolder)?.sweep;
    return sweep !== undefined && 'state' in sweep && sweep.state === 'running';
  };
  own(runNotifications(runs, engines, autoResume, log, isOfSweep));
  own(remoteNotifications(host));
  own(sweepNotifications(sweeps));
  own(
    new SweepFollower({
      ...{ sweeps, isAllowed: mayConnect, now: () => performance.now(), log: (text) => log.info(text) },
      isThere: async (...args) => (await import('./host/sweeps/remote-sweeps')).isThere(host, ...args),
      follow: async (...args) => (await import('./host/sweeps/remote-sweeps')).followSweep(host, ...args),
      tellLost: async ({ folder, name }, target) =>
        (await import('./host/sweeps/remote-sweeps')).tellLost(folder, name, target),
    }),
  );
  own(watchRuns(runs));
  own(vscode.workspace.onDidGrantWorkspaceTrust(() => void runs.refresh()));
  // Reconnects to engines that outlived a window reload; not awaited.
  void runs.refresh();
  void sweeps.refresh();
  return extensionApi(host);
}
