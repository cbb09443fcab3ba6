import type { FileSystem } from '../files/file-system';

let files: FileSystem | null = null;

/** Says what the stand-ins for Node's modules of files read and write, before anything uses them. */
export function useFiles(chosen: FileSystem): void {
  files = chosen;
}

export function currentFiles(): FileSystem {
  if (files === null) throw new Error('no files have been chosen yet');
  return files;
}
