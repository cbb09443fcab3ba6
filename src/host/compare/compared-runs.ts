import { fileURLToPath, pathToFileURL } from 'node:url';
import { MAX_COMPARED_RUNS } from '../../protocol/compare';
import { Emitter } from '../emitter';
import type { Disposable } from '../emitter';

/** The runs that this window compares, by folder; the panel that shows them keeps them over a reload. */
export class ComparedRuns implements Disposable {
  private readonly emitter = new Emitter<void>();
  readonly changed = this.emitter.event;
  folders: readonly string[] = [];

  set(folders: readonly string[]): void {
    this.folders = [...new Set(folders)].slice(0, MAX_COMPARED_RUNS);
    this.emitter.fire();
  }

  /** From what the panel kept: nobody but a program of ours wrote it, and yet it is looked at. */
  restore(state: unknown, known: (folder: string) => boolean): void {
    const uris = typeof state === 'object' && state !== null && 'runs' in state ? state.runs : [];
    const folders = (Array.isArray(uris) ? uris : []).flatMap((uri) => folderOf(uri) ?? []);
    this.set(folders.filter(known));
  }

  /** The run is deleted. */
  forget(folder: string): void {
    if (this.folders.includes(folder)) this.set(this.folders.filter((each) => each !== folder));
  }

  dispose(): void {
    this.emitter.dispose();
  }
}

export const uriOf = (folder: string): string => pathToFileURL(folder).href;

/** Of a URI that names a file; else undefined. */
export function folderOf(uri: unknown): string | undefined {
  try {
    return typeof uri === 'string' && uri.startsWith('file:') ? fileURLToPath(uri) : undefined;
  } catch {
    return undefined;
  }
}
