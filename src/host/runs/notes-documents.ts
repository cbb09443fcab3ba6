import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { MAX_NOTES } from '../../domain/run-about';
import { fileStamp } from '../../runs/guarded-files';
import { inRun } from '../../runs/guarded-path';
import { Disposables } from '../emitter';
import { NOTES_SCHEME } from '../identifiers';
import type { RunEntry, RunsModel } from './runs-model';
import { formatCount } from '../../text/format-count';
import { fileUri, localPath, localScheme } from '../local-files';

/** Returns the address of a run's notes as a document. */
export function notesUri(runFolder: string): vscode.Uri {
  const name = `${basename(runFolder)} notes.md`;
  return fileUri(join(runFolder, name)).with({ scheme: NOTES_SCHEME });
}

const runFolderOf = (uri: vscode.Uri): string => dirname(localPath(uri.with({ scheme: localScheme() })));

/**
 * The notes of the listed runs as text documents, so that VS Code's editor writes them, with its undo, backup and warning of
 * changes elsewhere. They are kept in the run's about.json.
 */
export class NotesDocuments implements vscode.FileSystemProvider, vscode.Disposable {
  private readonly disposables = new Disposables();
  private readonly emitter = this.disposables.add(new vscode.EventEmitter<vscode.FileChangeEvent[]>());
  readonly onDidChangeFile = this.emitter.event;
  /** When the notes of open documents were last written, by address, as far as VS Code knows. */
  private readonly known = new Map<string, number | null>();

  constructor(private readonly runs: RunsModel) {
    this.disposables.add(
      vscode.workspace.registerFileSystemProvider(NOTES_SCHEME, this, { isCaseSensitive: true }),
    );
    this.disposables.add(
      runs.changed((entry) => {
        if (entry === null) void this.compare();
      }),
    );
  }

  watch(uri: vscode.Uri): vscode.Disposable {
    const key = uri.toString();
    return { dispose: () => void this.known.delete(key) };
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const notes = await this.read(uri);
    return {
      type: vscode.FileType.File,
      ctime: 0,
      mtime: this.known.get(uri.toString()) ?? 0,
      size: notes.length,
    };
  }

  readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return this.read(uri);
  }

  async writeFile(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    const { folder } = await this.entryOf(uri);
    const notes = Buffer.from(content).toString('utf8');
    if (notes.length > MAX_NOTES)
      throw new vscode.FileSystemError(
        vscode.l10n.t(
          'The notes have {0} characters, expected at most {1}.',
          formatCount(notes.length),
          formatCount(MAX_NOTES),
        ),
      );
    const { changeAbout } = await import('../../runs/about');
    await changeAbout(folder, () => ({ notes }));
    this.known.set(uri.toString(), await writtenAt(folder));
    await this.runs.refresh();
  }

  readDirectory(): never {
    throw vscode.FileSystemError.NoPermissions();
  }
  createDirectory(): never {
    throw vscode.FileSystemError.NoPermissions();
  }
  delete(): never {
    throw vscode.FileSystemError.NoPermissions();
  }
  rename(): never {
    throw vscode.FileSystemError.NoPermissions();
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private async read(uri: vscode.Uri): Promise<Uint8Array> {
    const { folder } = await this.entryOf(uri);
    const { readAbout } = await import('../../runs/about');
    this.known.set(uri.toString(), await writtenAt(folder));
    return Buffer.from((await readAbout(folder)).notes);
  }

  /** Returns the run of a document. @throws FileNotFound for a folder that is not listed: any extension may ask for any address */
  private async entryOf(uri: vscode.Uri): Promise<RunEntry> {
    const folder = runFolderOf(uri);
    // A reloaded window opens its documents before the runs are read.
    if (!this.runs.find(folder)) await this.runs.refresh();
    const entry = this.runs.find(folder);
    if (entry) return entry;
    throw vscode.FileSystemError.FileNotFound(uri);
  }

  /** Tells VS Code which notes were written elsewhere, or are gone with their run. */
  private async compare(): Promise<void> {
    for (const [key, before] of [...this.known]) {
      const uri = vscode.Uri.parse(key);
      const folder = runFolderOf(uri);
      const isListed = this.runs.find(folder) !== undefined;
      const now = await writtenAt(folder);
      if (isListed && now === before) continue;
      if (isListed) this.known.set(key, now);
      else this.known.delete(key);
      const type = isListed ? vscode.FileChangeType.Changed : vscode.FileChangeType.Deleted;
      this.emitter.fire([{ type, uri }]);
    }
  }
}

/** When anything was last written about a run, in ms since 1970; null if nothing is. */
async function writtenAt(runFolder: string): Promise<number | null> {
  const file = await fileStamp(inRun(runFolder, 'about.json'));
  return file && Math.floor(file.mtimeMs);
}
