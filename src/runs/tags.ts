import * as z from 'zod';
import { changeFile } from './change-file';
import { readText, replaceFile } from './guarded-files';
import { inRun } from './guarded-path';
import type { GuardedPath } from './guarded-path';
import { RunError } from './run-error';

/** A named set of image ids. */
export interface Tag {
  readonly name: string;
  readonly ids: readonly string[];
}

const fileSchema = z.strictObject({
  format: z.literal('latent-explorer/tags/1'),
  tags: z.array(z.strictObject({ name: z.string().min(1).max(200), ids: z.array(z.string()) })),
});

/** Maximum file size, in bytes. */
const MAX_BYTES = 400_000_000;

const placeOf = (runFolder: string): GuardedPath => inRun(runFolder, 'tags.json');

/** Reads a run's tags, sorted by name. @throws RunError if tags.json is invalid, which also keeps it from being overwritten */
export async function readTags(runFolder: string): Promise<readonly Tag[]> {
  const target = placeOf(runFolder);
  let text: string;
  try {
    text = await readText(target, MAX_BYTES);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new RunError(`cannot read ${target.path}: ${(error as Error).message}`);
  }
  try {
    return fileSchema.parse(JSON.parse(text)).tags;
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new RunError(`${target.path} is not a list of tags: ${why}. Repair it or move it away.`);
  }
}

/** Adds a tag to images and keeps it on those that already have it. @throws RunError as `readTags` */
export async function addTag(runFolder: string, name: string, ids: readonly string[]): Promise<void> {
  await changeTags(runFolder, (tags) => {
    const before = tags.find((tag) => tag.name === name)?.ids ?? [];
    const tag = { name, ids: [...new Set([...before, ...ids])].sort() };
    return [...tags.filter((other) => other.name !== name), tag];
  });
}

/** Makes a tag stand on exactly these images; with none it is removed. @throws RunError as `readTags` */
export async function setTag(runFolder: string, name: string, ids: readonly string[]): Promise<void> {
  await changeTags(runFolder, (tags) => [
    ...tags.filter((other) => other.name !== name),
    ...(ids.length === 0 ? [] : [{ name, ids: [...new Set(ids)].sort() }]),
  ]);
}

/** Deletes a tag, but not its images. @throws RunError as `readTags` */
export async function removeTag(runFolder: string, name: string): Promise<void> {
  await changeTags(runFolder, (tags) => tags.filter((tag) => tag.name !== name));
}

function changeTags(runFolder: string, change: (tags: readonly Tag[]) => Tag[]): Promise<void> {
  const target = placeOf(runFolder);
  return changeFile(target, async () => {
    const sorted = change(await readTags(runFolder)).sort((a, b) => (a.name < b.name ? -1 : 1));
    const file = { format: 'latent-explorer/tags/1', tags: sorted };
    await replaceFile(target, `${JSON.stringify(file, null, 1)}\n`);
  });
}
