import type { Command } from 'commander';
import type { DatasetSource } from '../data/dataset';
import { parseSource } from '../data/load';
import { downloadedFolder } from '../download/named';
import { cacheRoot } from '../setup/locations.mjs';
import type { Context } from './context';

/** What `--data` takes, for the help of every command that has it. */
export const DATA_HELP =
  '`digits` (built in), `mnist` (downloaded), a folder or .zip of images, a .npy, .npz, Parquet or IDX file, or a folder with the MNIST files';

export interface ChoiceOptions {
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly labels?: string;
}

/** Adds the options that say which images of a folder or archive are meant, and where their labels are. */
export function addChoiceOptions(command: Command): Command {
  return command
    .option('--include <pattern>', "only images whose path fits, such as 'cats/**'; repeatable", append)
    .option('--exclude <pattern>', "no image whose path fits, such as '**/bad*'; repeatable", append)
    .option('--labels <file>', 'a CSV file with the columns path and label');
}

/** The dataset that a person named, also one that was downloaded by its name. @throws DataError, DownloadError */
export async function sourceOf(
  data: string,
  options: ChoiceOptions,
  context: Context,
): Promise<DatasetSource> {
  return parseSource(await downloadedFolder(data, context.cwd, cacheRoot()), context.cwd, options);
}

function append(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}
