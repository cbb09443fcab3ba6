import { stat } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { encodePng } from '../images/codecs/png-encode';
import { inRun, statPath } from '../runs/guarded-path';
import { badInput } from './exit';
import type { Picture } from '../images/tiles';
import { writeOutput } from './write-output';
import { ensureFolder } from '../setup/ensure-folder.mjs';

/**
 * Returns the default path of a result in the run folder.
 * @throws ForeignFileError if a link leads out of the run folder
 */
export async function resultPath(runFolder: string, ...names: readonly string[]): Promise<string> {
  const target = inRun(runFolder, ...names);
  await statPath(target);
  return target.path;
}

/**
 * Resolves and checks the file named by `--out` (or another option) before any work is done: it must have one of `extensions`
 * and lie in an existing folder.
 * @throws CliError
 */
export async function outputPath(
  text: string,
  cwd: string,
  extensions: readonly string[],
  option = '--out',
): Promise<string> {
  const path = resolve(cwd, text);
  const extension = extname(path).toLowerCase();
  if (!extensions.includes(extension)) {
    throw badInput(
      `${option} ${text}: got '${extension}', expected a name that ends in ${extensions.join(' or ')}`,
    );
  }
  const folder = await stat(dirname(path)).catch(() => null);
  if (!folder?.isDirectory())
    throw badInput(`${option} ${text}: there is no folder ${dirname(path)}; create it first`);
  const file = await stat(path).catch(() => null);
  if (file?.isDirectory()) throw badInput(`${option} ${text}: this is a folder; expected the name of a file`);
  return path;
}

/** Writes a PNG, creating its folder if necessary. */
export async function writePng(path: string, picture: Picture): Promise<void> {
  await ensureFolder(dirname(path));
  await writeOutput(path, encodePng(picture));
}
