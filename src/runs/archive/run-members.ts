import { createHash } from 'node:crypto';
import { MAX_VALUES_BYTES } from '../class-probabilities';
import { MAX_CLASSIFIER_JSON_BYTES } from '../classifier';
import { foldersIn, namesIn, openToRead, readAt, removeFolder } from '../guarded-files';
import { below, inRun, statPath } from '../guarded-path';
import type { GuardedPath, RunFolder } from '../guarded-path';
import { MAX_ONNX_BYTES } from '../opened-model';
import { isTemporaryName } from '../temporary-name';

/** Bytes per read. */
const PIECE_BYTES = 1 << 20;
const MEGABYTE = 1_000_000;
/** An entry of a zip archive that the product reads may have so many bytes. */
export const MAX_MEMBER_BYTES = 2 ** 31;

/** The files that a run consists of, with what each may be at most: all that an archive of a run holds, and nothing of this machine. */
const MEMBERS: readonly { readonly path: RegExp; readonly maxBytes: number }[] = [
  { path: /^config\.json$/, maxBytes: 16 * MEGABYTE },
  { path: /^about\.json$/, maxBytes: MEGABYTE },
  { path: /^(images|tags)\.json$/, maxBytes: 400 * MEGABYTE },
  { path: /^metrics\.jsonl$/, maxBytes: MAX_MEMBER_BYTES },
  { path: /^(checkpoints|snapshots)\/(0|[1-9]\d{0,14})\.safetensors$/, maxBytes: MAX_MEMBER_BYTES },
  { path: /^latents\/(mean|log-variance|elbo)\.npy$/, maxBytes: MAX_MEMBER_BYTES },
  { path: /^latents\/ids\.json$/, maxBytes: 400 * MEGABYTE },
  { path: /^umap\/places\.npy$/, maxBytes: 900 * MEGABYTE },
  { path: /^umap\/umap\.json$/, maxBytes: MEGABYTE },
  { path: /^classifier\/classifier\.json$/, maxBytes: MAX_CLASSIFIER_JSON_BYTES },
  { path: /^classifier\/classifier\.onnx$/, maxBytes: MAX_ONNX_BYTES },
  { path: /^classifier\/classified\.json$/, maxBytes: MEGABYTE },
  { path: /^classifier\/probabilities\.npy$/, maxBytes: MAX_VALUES_BYTES },
];

/** The folders of these files. */
const FOLDERS = ['checkpoints', 'snapshots', 'latents', 'umap', 'classifier'] as const;

/** Returns how many bytes a file of a run may have; null if a run has no such file. @param path below the run folder, with '/' */
export function memberLimit(path: string): number | null {
  return MEMBERS.find((member) => member.path.test(path))?.maxBytes ?? null;
}

/** A file of a run. */
export interface RunMember {
  /** Below the run folder, with '/'. */
  readonly path: string;
  /** Size in bytes when it was listed: a curve grows while its run trains. */
  readonly size: number;
}

/** Lists the files that a run consists of, in a fixed order. @throws ForeignFileError for anything but a file at one of their paths */
export async function runMembers(runFolder: RunFolder): Promise<RunMember[]> {
  const folder = inRun(runFolder);
  const folders = await foldersIn(folder);
  const paths = await namesIn(folder);
  for (const name of FOLDERS)
    if (folders.includes(name))
      paths.push(...(await namesIn(below(folder, name))).map((file) => `${name}/${file}`));
  const members: RunMember[] = [];
  for (const path of paths.filter((one) => memberLimit(one) !== null).sort()) {
    const stats = await statPath(below(folder, ...path.split('/')));
    if (stats?.isFile()) members.push({ path, size: Number(stats.size) });
  }
  return members;
}

/** Yields the bytes of a file of a run, as many as it had when it was listed. @throws Error if it has become shorter */
export async function* memberPieces(
  runFolder: RunFolder,
  { path, size }: RunMember,
): AsyncGenerator<Uint8Array> {
  const handle = await openToRead(inRun(runFolder, ...path.split('/')));
  try {
    for (let done = 0; done < size;) {
      const piece = await readAt(handle, done, Math.min(PIECE_BYTES, size - done));
      if (piece.length === 0) throw new Error(`${path} became shorter while it was read. Try again.`);
      done += piece.length;
      yield piece;
    }
  } finally {
    await handle.close();
  }
}

/** Counts and digests what passes. */
export class Digest {
  private readonly hash = createHash('sha256');
  size = 0;

  add(piece: Uint8Array): void {
    this.hash.update(piece);
    this.size += piece.byteLength;
  }

  /** In hexadecimal digits. To be called once. */
  sha256(): string {
    return this.hash.digest('hex');
  }
}

/** Removes a folder that holds nothing but files of a run, as an import leaves them that has failed. @returns whether it is gone */
export async function removeMembers(folder: GuardedPath): Promise<boolean> {
  const isOurs =
    (prefix: string) =>
    (name: string): boolean =>
      memberLimit(prefix + name) !== null || isTemporaryName(name, (of) => memberLimit(prefix + of) !== null);
  for (const name of FOLDERS) await removeFolder(below(folder, name), isOurs(`${name}/`));
  return removeFolder(folder, isOurs(''));
}
