import { fileURLToPath, pathToFileURL } from 'node:url';
import { MAX_COMPARED_RUNS } from '../../protocol/compare';
import { Emitter } from '../emitter';
import type { Disposable } from '../emitter';

/** Folders of the runs that this window compares; the panel preserves them across a reload. */
export class ComparedRuns implements Disposable {
  private readonly emitter = new Emitter<void>();
  readonly changed = this.emitter.event;
  folders: readonly string[] = [];

  set(folders: readonly string[]): void {
    this.folders = [...new Set(folders)].slice(0, MAX_COMPARED_RUNS);
    this.emitter.fire();
  }

  /** Restores the selection from the panel's saved state, validated like any external input. */
  restore(state: unknown, known: (folder: string) => boolean): void {
    const uris = typeof state === 'object' && state !== null && 'runs' in state ? state.runs : [];
    const folders = (Array.isArray(uris) ? uris : []).flatMap((uri) => folderOf(uri) ?? []);
    this.set(folders.filter(known));
  }

  /** Removes a deleted run. */
  forget(folder: string): void {
    if (this.folders.includes(folder)) this.set(this.folders.filter((each) => each !== folder));
  }

  dispose(): void {
    this.emitter.dispose();
  }
}

export const uriOf = (folder: string): string => pathToFileURL(folder).href;

/** Returns the path of a `file:` URI, or undefined. */
export function folderOf(uri: unknown): string | undefined {
  try {
    return typeof uri === 'string' && uri.startsWith('file:') ? fileURLToPath(uri) : undefined;
  } catch {
    return undefined;
  }
}
