import * as vscode from 'vscode';
import { plainName } from '../format';
import type { ImageActions } from './map-handlers';
import { fileUri } from '../local-files';

/** Actions of VS Code on images of the map. */
export const imageActions: ImageActions = {
  async openAll(paths) {
    for (const path of paths)
      await vscode.commands.executeCommand('vscode.open', fileUri(path), { preview: false });
  },
  async reveal(path) {
    await vscode.commands.executeCommand('revealInExplorer', fileUri(path));
  },
  async copy(text) {
    await vscode.env.clipboard.writeText(text);
  },
  async save(text) {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    const uri = await vscode.window.showSaveDialog({
      title: vscode.l10n.t('Export Table'),
      defaultUri: folder && vscode.Uri.joinPath(folder.uri, 'map.csv'),
      filters: { CSV: ['csv'] },
    });
    if (!uri) return false;
    await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
    return true;
  },
  askTag(known) {
    const title = vscode.l10n.t('VAE: Tag Images');
    return new Promise((resolve) => {
      const pick = vscode.window.createQuickPick();
      const entries = known.map((name) => ({ label: plainName(name), name }));
      pick.title = title;
      pick.placeholder = vscode.l10n.t('Type a new name, or choose one');
      pick.items = entries;
      let answer: string | undefined;
      pick.onDidChangeValue((value) => {
        const name = value.trim();
        const isNew = name !== '' && !known.includes(name);
        pick.items = isNew
          ? [{ label: plainName(name), description: vscode.l10n.t('new') }, ...entries]
          : entries;
      });
      pick.onDidAccept(() => {
        const [chosen] = pick.selectedItems;
        const entry = entries.find((each) => each === chosen);
        answer = entry?.name ?? (pick.value.trim() || undefined);
        pick.hide();
      });
      pick.onDidHide(() => {
        pick.dispose();
        resolve(answer?.slice(0, 200));
      });
      pick.show();
    });
  },
};
