import * as z from 'zod';
import { MAX_NOTES, MAX_RUN_NAME, MAX_RUN_TAG, MAX_RUN_TAGS, NO_ABOUT } from '../domain/run-about';
import type { RunAbout } from '../domain/run-about';
import { describeMismatch } from '../text/describe-mismatch';
import { changeFile } from './change-file';
import { fileStamp, readText, replaceFile } from './guarded-files';
import { inRun } from './guarded-path';
import type { RunFolder } from './guarded-path';
import { assertSmallShape } from './json-shape';
import { RunError } from './run-error';

/** Name, notes and tags of a run. They lie beside config.json, which says how to repeat the run and is never changed. */
export const ABOUT_FILE = 'about.json';
const FORMAT = 'latent-explorer/about/1';

/** Maximum file size, in bytes: no character of the notes takes more than twelve. */
const MAX_BYTES = 1_000_000;

const fileSchema = z.strictObject({
  format: z.literal(FORMAT),
  name: z.string().max(MAX_RUN_NAME),
  notes: z.string().max(MAX_NOTES),
  tags: z.array(z.string().min(1).max(MAX_RUN_TAG)).max(MAX_RUN_TAGS),
});

/**
 * Reads what a person has written about a run; `NO_ABOUT` if nothing.
 * @throws RunError if about.json is not such a file, which also keeps it from being overwritten
 */
export async function readAbout(runFolder: RunFolder): Promise<RunAbout> {
  const target = inRun(runFolder, ABOUT_FILE);
  let text: string;
  try {
    text = await readText(target, MAX_BYTES);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return NO_ABOUT;
    throw new RunError(`cannot read ${target.path}: ${(error as Error).message}`);
  }
  assertSmallShape(text, target.path);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw unusable(target.path, (error as Error).message);
  }
  const result = fileSchema.safeParse(value);
  if (!result.success) throw unusable(target.path, describeMismatch(result.error, value));
  const { name, notes, tags } = result.data;
  return { name, notes, tags };
}

const unusable = (path: string, why: string): RunError =>
  new RunError(`${path} does not hold a run's name, notes and tags: ${why}. Repair it or move it away.`);

/**
 * Changes what is written about a run, one change after another, also in other windows and processes.
 * @param change maps what is there to the fields that change @returns the whole
 * @throws RunError if the folder is not a run, a text is too long, and as `readAbout`
 */
export function changeAbout(
  runFolder: string,
  change: (before: RunAbout) => Partial<RunAbout>,
): Promise<RunAbout> {
  const target = inRun(runFolder, ABOUT_FILE);
  return changeFile(target, async () => {
    if ((await fileStamp(inRun(runFolder, 'config.json'))) === null)
      throw new RunError(`${runFolder} is not a run folder: it has no config.json.`);
    const before = await readAbout(runFolder);
    const file = { format: FORMAT, ...before, ...change(before) };
    const result = fileSchema.safeParse(file);
    if (!result.success) throw new RunError(describeMismatch(result.error, file));
    await replaceFile(target, `${JSON.stringify(result.data, null, 2)}\n`);
    const { name, notes, tags } = result.data;
    return { name, notes, tags };
  });
}
