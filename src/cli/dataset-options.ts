import { basename, dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import type { DatasetSource } from '../datasets/dataset';
import { findLeftOut } from '../datasets/find-left-out';
import { listExamples } from '../datasets/list-examples';
import { parseSource } from '../datasets/load';
import { downloadedFolder } from '../download/named';
import { MAX_LEFT_OUT } from '../runs/config';
import { listedBy, pathOfId, readExcluded } from '../runs/excluded-images';
import { guarded } from '../runs/guarded-path';
import { cacheRoot } from '../setup/locations.mjs';
import type { Context } from './context';
import { DataError } from '../images/data-error';
import { readRegularFile } from '../images/read-file';
import { formatCount } from '../text/format-count';

/** Help text of `--data`, shared by all commands that take it. */
export const DATA_HELP =
  '`digits` (built in), `mnist` (downloaded), a folder or .zip of images, a .npy, .npz, Parquet or IDX file, a folder with the MNIST files, or what `vae pack` wrote';

export interface ImageSelectionOptions {
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly labels?: string;
  readonly labelColumn?: string;
  /** File that lists the images to exclude. */
  readonly leaveOut?: string;
}

/** Adds the options that select images of a folder or archive and name the file with their labels. */
export function addChoiceOptions(command: Command): Command {
  return command
    .option(
      '--include <pattern>',
      "use only images whose path matches, such as 'cats/**'; repeatable",
      append,
    )
    .option('--exclude <pattern>', "ignore images whose path matches, such as '**/bad*'; repeatable", append)
    .option(
      '--leave-out <file>',
      'ignore the images listed in a text file (one path per line; for a container, one id) or in VS Code\u2019s .vae/excluded.json',
    )
    .option(
      '--labels <file>',
      'read labels from a table (CSV, TSV) with a column that names the images, such as path',
    )
    .option(
      '--label-column <name>',
      'with --labels: the column with the labels; empty for the names of folders (default: the one called label, class, target or category)',
    );
}

/** Resolves `--data` to a dataset source; also accepts the name of a downloaded dataset. @throws DataError, DownloadError */
export async function datasetSourceOf(
  data: string,
  options: ImageSelectionOptions,
  context: Context,
): Promise<DatasetSource> {
  const named = await downloadedFolder(data, context.cwd, cacheRoot());
  const { leaveOut, ...choice } = options;
  if (leaveOut === undefined) return parseSource(named, context.cwd, choice);
  const source = await parseSource(named, context.cwd);
  const leftOut = await leftOutImages(resolve(context.cwd, leaveOut), source, context.cwd);
  return parseSource(named, context.cwd, { ...choice, leftOut });
}

/** Above this share of lines that name no image, the list is probably that of another dataset. */
const MAX_UNKNOWN_SHARE = 0.5;

/**
 * Reads the paths of excluded images from a file. Those of VS Code's list may have been removed since; the dataset's notes
 * name them, like lines of other lists that name no image.
 * @throws DataError if it lists none, lists too many, cannot be read or most of its lines name no image; RunError
 */
async function leftOutImages(file: string, source: DatasetSource, cwd: string): Promise<readonly string[]> {
  const isList = file.endsWith('.json');
  const paths = isList
    ? await readExcluded(guarded(dirname(file), basename(file)), listedBy(source))
    : await pathsOfLines(file, source, cwd);
  if (paths.length > 0 && paths.length <= MAX_LEFT_OUT) return paths;
  const expected = `expected 1 to ${MAX_LEFT_OUT} paths of images of this dataset`;
  throw new DataError(`${file}: got ${formatCount(paths.length)} images to leave out, ${expected}`);
}

async function pathsOfLines(file: string, source: DatasetSource, cwd: string): Promise<readonly string[]> {
  const lines = (await readText(file)).replace(/^\ufeff/, '').split(/\r?\n/);
  const entries = lines.flatMap((line) => (line.trim() === '' ? [] : pathOfId(source, line)));
  const { paths, unknown, example } = await findLeftOut(source, entries, cwd);
  if (unknown.length > MAX_UNKNOWN_SHARE * entries.length) {
    const got = `${formatCount(unknown.length)} of ${formatCount(entries.length)} lines name no image of the dataset: ${listExamples(unknown.map((line) => `'${line}'`))}`;
    throw new DataError(`${file}: ${got}; expected paths such as '${example}'`);
  }
  return [...paths, ...unknown];
}

async function readText(file: string): Promise<string> {
  try {
    return Buffer.from(await readRegularFile(file)).toString('utf8');
  } catch (error) {
    throw new DataError(`${file}: ${(error as Error).message}; expected a text file with a path a line`);
  }
}

function append(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}
