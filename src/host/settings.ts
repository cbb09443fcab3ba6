import { isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import type { EngineSelection } from './engines/engines';
import type { ProxySettings } from './engines/proxy-variables';
import { Setting } from './identifiers';
import { isLocal, localPath } from './local-files';

const DEFAULT_RUNS_FOLDER = '.vae/runs';

function read<T>(key: string, fallback: T, scope?: vscode.Uri): T {
  return vscode.workspace.getConfiguration(undefined, scope).get<T>(key) ?? fallback;
}

/** Returns the runs folder of a workspace folder. */
export function runsRootOf(folder: vscode.WorkspaceFolder): string {
  const configured = read(Setting.runsFolder, DEFAULT_RUNS_FOLDER, folder.uri).trim() || DEFAULT_RUNS_FOLDER;
  return isAbsolute(configured) ? configured : join(localPath(folder.uri), configured);
}

/** Returns the workspace folders on this machine; folders of a virtual workspace have no path. */
export function localFolders(): readonly vscode.WorkspaceFolder[] {
  return (vscode.workspace.workspaceFolders ?? []).filter((folder) => isLocal(folder.uri));
}

export const runsRoots = (): string[] => [...new Set(localFolders().map(runsRootOf))];

export const statusBarWanted = (): boolean => read(Setting.statusBar, true);

/** Which runs keep snapshots: none, those whose snapshots are small, or all. */
export type SnapshotChoice = 'never' | 'small' | 'always';

export function snapshotChoice(): SnapshotChoice {
  const configured = read<unknown>(Setting.snapshots, 'small');
  return configured === 'never' || configured === 'always' ? configured : 'small';
}

/** Has all runs keep snapshots from the next training on. A setting of the workspace is changed where it is. */
export async function keepSnapshots(): Promise<void> {
  const configuration = vscode.workspace.getConfiguration();
  const isOfWorkspace = configuration.inspect(Setting.snapshots)?.workspaceValue !== undefined;
  const choice: SnapshotChoice = 'always';
  await configuration.update(
    Setting.snapshots,
    choice,
    isOfWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global,
  );
}

export const problemsWanted = (): boolean => read(Setting.problems, false);

export const autoResumeWanted = (): boolean => read(Setting.autoResume, true);

/** Path of a Python that has JAX; empty for the environment that set-up makes. */
export const jaxPythonSetting = (): string => read(Setting.jaxPython, '').trim();

export const engineChoice = (): EngineSelection => ({
  engine: read(Setting.engine, 'auto'),
  threads: read(Setting.threads, 0),
  device: read(Setting.device, 'auto'),
});

/** VS Code's own settings of proxies. */
export const proxySettings = (): ProxySettings => ({
  proxy: read('http.proxy', ''),
  noProxy: read('http.noProxy', []),
  support: read('http.proxySupport', 'override'),
});
