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

/** Longest file accepted, in bytes. */
const MAX_FILE_BYTES = 64_000_000;

const fileSchema = z.strictObject({
  format: z.literal('latent-explorer/excluded/1'),
  datasets: z.array(
    z.strictObject({ uri: z.string().min(1).max(4096), paths: z.array(z.string().max(4096)) }),
  ),
});
type Excluded = z.infer<typeof fileSchema>['datasets'];

/** What a dataset is listed by: its URI. The built-in digits lie nowhere; what they are drawn by is one number. */
export const listedBy = (source: DatasetSource): string =>
  source.kind === 'digits' ? `digits:?seed=${source.seed}` : source.uri;

/** What is before the path in the id of an image inside an archive. Of other containers an image's path is its id. */
const prefixOf = (source: DatasetSource): string =>
  source.kind === 'zip' ? `${basename(fileURLToPath(source.uri))}#` : '';
export const idOfPath = (source: DatasetSource, path: string): string => prefixOf(source) + path;

/** @param id that of an image, or its path */
export function pathOfId(source: DatasetSource, id: string): string {
  const prefix = prefixOf(source);
  return id.startsWith(prefix) ? id.slice(prefix.length) : id;
}

/** The file with what is left out of the next trainings: beside a folder of runs. */
export function excludedFile(runsRoot: string): GuardedPath {
  return guarded(dirname(runsRoot), 'excluded.json');
}

/** Paths of the images of a dataset that are to be left out, sorted. @param uri what it is listed by @throws RunError where the file cannot be read */
export async function readExcluded(file: GuardedPath, uri: string): Promise<readonly string[]> {
  return (await readAll(file)).find((dataset) => dataset.uri === uri)?.paths ?? [];
}

/** Leaves these out as well. @returns how many that are now @throws RunError for too many, and as `readExcluded` */
export async function exclude(file: GuardedPath, uri: string, paths: readonly string[]): Promise<number> {
  const all = await change(file, uri, (before) => {
    const together = [...new Set([...before, ...paths])].sort();
    if (together.length <= MAX_LEFT_OUT) return together;
    throw new RunError(
      `got ${together.length} images to leave out, expected at most ${MAX_LEFT_OUT}: name those of a folder or a .zip by patterns, as 'vae train --exclude' takes them`,
    );
  });
  return all.length;
}

/** Leaves none of a dataset out any more. */
export async function includeAgain(file: GuardedPath, uri: string): Promise<void> {
  await change(file, uri, () => []);
}

async function readAll(file: GuardedPath): Promise<Excluded> {
  try {
    return fileSchema.parse(JSON.parse(await readText(file, MAX_FILE_BYTES))).datasets;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    const why = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new RunError(`${file.path} is no list of excluded images: ${why}. Mend it or move it away.`);
  }
}

/** @param to the paths of one dataset, before and after @returns those after */
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
