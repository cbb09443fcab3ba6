import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import type { DatasetSource } from '../datasets/dataset';
import { changeFile } from './change-file';
import { MAX_LEFT_OUT } from './config';
import { makeFolders, readText, replaceFile } from './guarded-files';
import { guarded, parentOf } from './guarded-path';
import type { GuardedPath } from './guarded-path';
import { RunError } from './run-error';

/** Maximum file size, in bytes. */
const MAX_FILE_BYTES = 64_000_000;

const fileSchema = z.strictObject({
  format: z.literal('latent-explorer/excluded/1'),
  datasets: z.array(
    z.strictObject({ uri: z.string().min(1).max(4096), paths: z.array(z.string().max(4096)) }),
  ),
});
type Excluded = z.infer<typeof fileSchema>['datasets'];

/** Returns the key of a dataset in the file: its URI. The built-in digits have none and are identified by their seed. */
export const listedBy = (source: DatasetSource): string =>
  source.kind === 'digits' ? `digits:?seed=${source.seed}` : source.uri;

/** Returns the part of an image's id before its path: the archive's name and `#`; empty for other datasets. */
const prefixOf = (source: DatasetSource): string =>
  source.kind === 'zip' ? `${basename(fileURLToPath(source.uri))}#` : '';
export const idOfPath = (source: DatasetSource, path: string): string => prefixOf(source) + path;

/** Returns an image's path. @param id the image's id, or already its path */
export function pathOfId(source: DatasetSource, id: string): string {
  const prefix = prefixOf(source);
  return id.startsWith(prefix) ? id.slice(prefix.length) : id;
}

/** Returns the file that lists images excluded from future runs, next to the runs folder. */
export function excludedFile(runsRoot: string): GuardedPath {
  return guarded(dirname(runsRoot), 'excluded.json');
}

/** Returns a dataset's excluded paths, sorted. @param uri from `listedBy` @throws RunError if the file cannot be read */
export async function readExcluded(file: GuardedPath, uri: string): Promise<readonly string[]> {
  return (await readAll(file)).find((dataset) => dataset.uri === uri)?.paths ?? [];
}

/** Excludes more images. @returns the new total for the dataset @throws RunError for too many images, and as `readExcluded` */
export async function exclude(file: GuardedPath, uri: string, paths: readonly string[]): Promise<number> {
  const all = await change(file, uri, (before) => {
    const together = [...new Set([...before, ...paths])].sort();
    if (together.length <= MAX_LEFT_OUT) return together;
    throw new RunError(
      `got ${together.length} images to leave out, expected at most ${MAX_LEFT_OUT}: exclude those of a folder or a .zip by patterns`,
    );
  });
  return all.length;
}

/** Includes all images of a dataset again. @throws RunError as `readExcluded` */
export async function includeAgain(file: GuardedPath, uri: string): Promise<void> {
  await change(file, uri, () => []);
}

async function readAll(file: GuardedPath): Promise<Excluded> {
  try {
    return fileSchema.parse(JSON.parse(await readText(file, MAX_FILE_BYTES))).datasets;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    const why = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new RunError(`${file.path} is not a list of excluded images: ${why}. Repair it or move it away.`);
  }
}

/** Changes the excluded paths of one dataset. @param to maps the old paths to the new @returns the new paths */
async function change(
  file: GuardedPath,
  uri: string,
  to: (before: readonly string[]) => readonly string[],
): Promise<readonly string[]> {
  await makeFolders(parentOf(file));
  return changeFile(file, async () => {
    const all = await readAll(file);
    const paths = to(all.find((dataset) => dataset.uri === uri)?.paths ?? []);
    const others = all.filter((dataset) => dataset.uri !== uri);
    const datasets = [...others, ...(paths.length > 0 ? [{ uri, paths }] : [])];
    const content = { format: 'latent-explorer/excluded/1', datasets };
    await replaceFile(file, `${JSON.stringify(content, null, 1)}\n`);
    return paths;
  });
}
