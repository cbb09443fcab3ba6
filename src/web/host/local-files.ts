/** Stands in for `src/host/local-files.ts`: files are those of the workspace, wherever it is, and paths are those in its URIs. */
import * as vscode from 'vscode';

/** All folders of the workspace that have the first one's scheme and authority are read; others have no path here. */
const base = (): vscode.Uri | undefined => vscode.workspace.workspaceFolders?.[0]?.uri;

export function isLocal({ scheme, authority }: vscode.Uri): boolean {
  const first = base();
  return first !== undefined && scheme === first.scheme && authority === first.authority;
}

export function fileUri(path: string): vscode.Uri {
  const first = base();
  if (first === undefined) throw new Error('no folder is open in this window');
  return first.with({ path, query: '', fragment: '' });
}

export const localPath = ({ path }: vscode.Uri): string => path;

/** Scheme of the files that are read here. */
export const localScheme = (): string => base()?.scheme ?? 'file';
