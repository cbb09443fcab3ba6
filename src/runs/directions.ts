import { basename, dirname, resolve } from 'node:path';
import * as z from 'zod';
import { changeFile } from './change-file';
import { makeFolders, namesIn, readText, removeFile, replaceFile } from './guarded-files';
import { below, guarded } from './guarded-path';
import type { GuardedPath } from './guarded-path';
import { RunError } from './run-error';
import type { SavedDirection, SavedDirections } from '../domain/direction';

const FORMAT = 'latent-explorer/direction/1';
/** Maximum file size, in bytes; two vectors of 4,096 numbers take a tenth of it. */
const MAX_FILE_BYTES = 2_000_000;
const MAX_FILES = 1000;
const SUFFIX = '.json';
/** Valid file name of a direction: not a path and not hidden. */
const FILE = /^[^./\\][^/\\]{0,200}\.json$/;

const vector = z.array(z.number()).min(1).max(4096);
const measured = z.strictObject({
  value: z.number().nullable(),
  chanceMean: z.number(),
  chance95: z.number(),
});
export const directionSchema = z.strictObject({
  format: z.literal(FORMAT),
  name: z.string().min(1).max(200),
  from: z.string().max(500),
  to: z.string().max(500),
  run: z.string().max(300),
  step: z.int().min(0),
  fingerprint: z.string().max(64),
  latent: z.int().min(1).max(4096),
  counts: z.tuple([z.int().min(0), z.int().min(0)]),
  inBoth: z.int().min(0),
  score: z
    .strictObject({ agreement: measured, effect: measured, rounds: z.int().min(1), seed: z.int().min(0) })
    .nullable(),
  start: vector,
  vector,
});

/** Returns the directions folder of the run's workspace, next to the runs folder. */
export function directionsFolder(runFolder: string): GuardedPath {
  return guarded(dirname(dirname(resolve(runFolder))), 'directions');
}

/** Reads all directions in a folder, sorted by name; `damaged` describes files that are not directions. */
export async function listDirections(folder: GuardedPath): Promise<SavedDirections> {
  const directions: SavedDirection[] = [];
  const damaged: string[] = [];
  const all = await namesIn(folder).catch((error: Error) => {
    damaged.push(error.message);
    return [];
  });
  const names = all.filter((name) => FILE.test(name)).sort();
  for (const name of names.slice(0, MAX_FILES)) {
    try {
      directions.push(await readDirection(folder, name));
    } catch (error) {
      damaged.push((error as Error).message);
    }
  }
  return { directions: directions.sort((a, b) => (a.name < b.name ? -1 : 1)), damaged };
}

/** Reads one direction. @param file a name in the folder @throws RunError if it is unreadable or not a direction */
export async function readDirection(folder: GuardedPath, file: string): Promise<SavedDirection> {
  const target = placeOf(folder, file);
  const { path } = target;
  let value: unknown;
  try {
    value = JSON.parse(await readText(target, MAX_FILE_BYTES));
  } catch (error) {
    throw new RunError(`cannot read ${path}: ${(error as Error).message}`);
  }
  const parsed = directionSchema.safeParse(value);
  if (!parsed.success) throw new RunError(`${path} is not a direction: ${z.prettifyError(parsed.error)}`);
  const {
    latent,
    start,
    vector: along,
    name,
    from,
    to,
    run,
    step,
    fingerprint,
    counts,
    inBoth,
    score,
  } = parsed.data;
  if (start.length !== latent || along.length !== latent)
    throw new RunError(`${path} is not a direction: got ${along.length} numbers, expected ${latent}`);
  return {
    ...{ name, from, to, run, step, fingerprint, counts, inBoth, score, file },
    start: Float32Array.from(start),
    vector: Float32Array.from(along),
  };
}

/** Saves a direction as a new file. @throws RunError if a direction with this name exists */
export async function saveDirection(
  folder: GuardedPath,
  { vector: along, start, ...rest }: Omit<SavedDirection, 'file'>,
): Promise<SavedDirection> {
  const content = directionSchema.parse({
    ...{ format: FORMAT, ...rest, latent: along.length },
    ...{ start: Array.from(start), vector: Array.from(along) },
  });
  await makeFolders(folder);
  return changeFile(folder, async () => {
    const { directions } = await listDirections(folder);
    if (directions.some(({ name }) => name === rest.name))
      throw new RunError(
        `there is a direction '${rest.name}' already: choose another name, or delete that one`,
      );
    const file = await freeName(folder, rest.name);
    await replaceFile(below(folder, file), `${JSON.stringify(content, null, 1)}\n`);
    return { ...rest, start, vector: along, file };
  });
}

/** Deletes a direction; a no-op if its file is missing. */
export async function deleteDirection(folder: GuardedPath, file: string): Promise<void> {
  await removeFile(placeOf(folder, file));
}

/** @throws RunError if `file` is not a direction's file name */
function placeOf(folder: GuardedPath, file: string): GuardedPath {
  if (FILE.test(file) && basename(file) === file) return below(folder, file);
  throw new RunError(`got '${file}', expected the name of a direction's file in ${folder.path}`);
}

async function freeName(folder: GuardedPath, name: string): Promise<string> {
  const slug = name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60)
    // Not between the halves of a surrogate pair.
    .replace(/[\ud800-\udbff]$/, '');
  const taken = new Set(await namesIn(folder));
  for (let attempt = 1; ; attempt++) {
    const file = `${slug || 'direction'}${attempt === 1 ? '' : `-${attempt}`}${SUFFIX}`;
    if (!taken.has(file)) return file;
  }
}
