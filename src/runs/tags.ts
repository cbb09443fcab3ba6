import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { writeAtomically } from './atomic';
import { RunError } from './store';

/** A named set of images, by their ids. */
export interface Tag {
  readonly name: string;
  readonly ids: readonly string[];
}

const fileSchema = z.strictObject({
  format: z.literal('latent-explorer/tags/1'),
  tags: z.array(z.strictObject({ name: z.string().min(1).max(200), ids: z.array(z.string()) })),
});

const pathOf = (runFolder: string): string => join(runFolder, 'tags.json');

/** The tags of a run, by name. @throws RunError where tags.json cannot be read: it is a person's work, and never written over then */
export async function readTags(runFolder: string): Promise<readonly Tag[]> {
  let text: string;
  try {
    text = await readFile(pathOf(runFolder), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new RunError(`cannot read ${pathOf(runFolder)}: ${(error as Error).message}`);
  }
  try {
    return fileSchema.parse(JSON.parse(text)).tags;
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new RunError(`${pathOf(runFolder)} is no list of tags: ${why}. Mend it or move it away.`);
  }
}

/** Gives images a tag; those that have it keep it. @throws RunError as `readTags` */
export async function addTag(runFolder: string, name: string, ids: readonly string[]): Promise<void> {
  const tags = await readTags(runFolder);
  const before = tags.find((tag) => tag.name === name)?.ids ?? [];
  const tag = { name, ids: [...new Set([...before, ...ids])].sort() };
  await write(runFolder, [...tags.filter((other) => other.name !== name), tag]);
}

/** Forgets a tag; the images stay as they are. @throws RunError as `readTags` */
export async function removeTag(runFolder: string, name: string): Promise<void> {
  const tags = await readTags(runFolder);
  await write(
    runFolder,
    tags.filter((tag) => tag.name !== name),
  );
}

async function write(runFolder: string, tags: readonly Tag[]): Promise<void> {
  const sorted = [...tags].sort((a, b) => (a.name < b.name ? -1 : 1));
  const file = { format: 'latent-explorer/tags/1', tags: sorted };
  await writeAtomically(pathOf(runFolder), `${JSON.stringify(file, null, 1)}\n`);
}
