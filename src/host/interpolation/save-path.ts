import { posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeFolders, replaceFile } from '../../runs/guarded-files';
import { below, inRun, statPath } from '../../runs/guarded-path';
import { RunError } from '../../runs/run-error';
import { readConfig } from '../../runs/store';
import { liesIn } from '../files';

/** Maximum number of files of the same name. */
const MAX_FILES = 1000;
/** Maximum length of a waypoint's name in a folder's name. */
const MAX_NAME = 40;

export interface FileToSave {
  /** Without its extension, which has no dot. */
  readonly name: string;
  readonly extension: string;
  readonly bytes: Uint8Array;
}

/** Returns the name of the folder for files of a path through these waypoints: `path-three-to-eight`. */
export function pathFolder(names: readonly string[]): string {
  const slug = (name: string): string =>
    posix
      .basename(name, posix.extname(name))
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, MAX_NAME) || 'image';
  return `path-${slug(names[0]!)}-to-${slug(names.at(-1)!)}`;
}

/** Whether a path would count as an image of the folder that a run was trained on; hidden folders in it do not. */
export async function isInDataset(path: string, runFolder: string): Promise<boolean> {
  const { source } = (await readConfig(runFolder)).data;
  if (source.kind !== 'folder') return false;
  const dataset = fileURLToPath(source.uri);
  const isHidden = relative(dataset, path)
    .split(sep)
    .some((name) => /^\.(?!\.?$)/.test(name));
  return !isHidden && (await liesIn(dataset, path));
}

/**
 * Saves a file of a path in the folder `pictures` of its run, as the command line does; earlier files stay.
 * @param names of the waypoints
 * @returns its path
 * @throws ForeignFileError if a link leads out of the run folder; a system error if the folder cannot be written
 */
export async function savePathFile(
  runFolder: string,
  names: readonly string[],
  { name, extension, bytes }: FileToSave,
): Promise<string> {
  const folder = inRun(runFolder, 'pictures', pathFolder(names));
  await makeFolders(folder);
  for (let number = 1; number <= MAX_FILES; number++) {
    const file = below(folder, `${name}${number === 1 ? '' : `-${number}`}.${extension}`);
    if ((await statPath(file)) !== null) continue;
    await replaceFile(file, [bytes]);
    return file.path;
  }
  throw new RunError(`${folder.path} has ${MAX_FILES} files of this name; move some of them away`);
}
