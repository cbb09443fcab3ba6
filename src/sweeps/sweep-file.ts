import * as z from 'zod';
import { MAX_TRIALS } from '../domain/sweep';
import { PRESET_NAMES, sourceSchema } from '../runs/config';
import { readText, replaceFile } from '../runs/guarded-files';
import { inRun } from '../runs/guarded-path';
import type { RunFolder } from '../runs/guarded-path';
import { parseJson } from '../runs/json-shape';
import { RunError } from '../runs/run-error';
import { describeMismatch } from '../text/describe-mismatch';

export const SWEEP_FILE = 'sweep.json';
/** Maximum size of sweep.json, in bytes: its source may list excluded images. */
const MAX_BYTES = 16_000_000;

const seed = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const text = z.string().min(1).max(1000);
/** Settings by name, as `--set` takes them. */
const settings = z.record(z.string().min(1).max(100), text);
const samples = z.int().min(1).max(Number.MAX_SAFE_INTEGER);

const name = z.string().min(1).max(100);
const dimension = z.union([
  z.strictObject({ setting: name, values: z.array(text).min(1).max(MAX_TRIALS) }),
  z.strictObject({
    ...{ setting: name, low: z.number(), high: z.number() },
    ...{ scale: z.enum(['linear', 'log']), whole: z.boolean() },
  }),
]);

/** Names of sweeps and of run folders, which are names of folders and never paths. */
export const FOLDER_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;

/** Schema of sweep.json: everything needed to continue a sweep. It is written once. */
const sweepSchema = z.strictObject({
  format: z.literal('latent-explorer/sweep/1'),
  /** UTC, ISO 8601. */
  createdAt: z.string().max(40),
  /** Version of the product. */
  product: z.string().max(200),
  /** What all trials share. */
  request: z.strictObject({
    source: sourceSchema,
    preset: z.enum(PRESET_NAMES),
    seed,
    set: settings,
  }),
  search: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('grid') }),
    z.strictObject({ kind: z.literal('random'), trials: z.int().min(1).max(MAX_TRIALS), seed }),
    /** Its trials get their values while it is carried out, on a cluster. */
    z.strictObject({
      kind: z.literal('tpe'),
      trials: z.int().min(1).max(MAX_TRIALS),
      seed,
      dimensions: z.array(dimension).min(1).max(100),
    }),
  ]),
  /** Name of the folder of runs beside the folder of sweeps. */
  runs: z.string().min(1).max(255),
  /** Settings that vary, in the order in which they were given. */
  settings: z.array(z.string().min(1).max(100)).min(1).max(100),
  /** Null without early stopping. */
  stopping: z
    .strictObject({
      rule: z.literal('asha'),
      reduction: z.int().min(2).max(100),
      rungs: z.array(samples).min(1).max(20),
    })
    .refine(({ rungs }) => rungs.every((rung, i) => i === 0 || rung > rungs[i - 1]!), {
      message: 'expected rungs in ascending order',
      path: ['rungs'],
    })
    .nullable(),
  /** Trials at once, and threads of each; 0 for one per core. */
  parallel: z.int().min(1).max(1024),
  threads: z.int().min(0).max(1024),
  engine: z.enum(['auto', 'tensorflow', 'onnx', 'wasm', 'jax']),
  /** What trains; absent for 'auto'. */
  device: z.enum(['cpu', 'gpu']).optional(),
  /** The cluster that trains it, by the person's name for it, and where its nodes see the images if they are not sent. */
  on: z
    .strictObject({
      target: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/),
      data: z.string().min(1).max(4096).optional(),
    })
    .optional(),
  /** How the importance-weighted bound of finished trials is measured, on the validation split. */
  ranking: z.strictObject({ k: z.int().min(1).max(1_000_000), images: z.int().min(1).max(100_000_000) }),
  trials: z
    .array(z.strictObject({ run: z.string().regex(FOLDER_NAME), values: settings }))
    .min(1)
    .max(MAX_TRIALS)
    .refine((trials) => new Set(trials.map(({ run }) => run)).size === trials.length, {
      message: 'expected a run folder of its own for each trial',
    }),
});

export type Sweep = z.infer<typeof sweepSchema>;

/** Reads and validates a file of a sweep. @throws RunError if it is missing or invalid, ForeignFileError if it is a link */
export async function readSweepFile<T>(
  folder: RunFolder,
  name: string,
  schema: z.ZodType<T>,
  maxBytes: number,
): Promise<T | null> {
  const target = inRun(folder, name);
  let content: string;
  try {
    content = await readText(target, maxBytes);
  } catch (error) {
    if (error instanceof RunError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new RunError(`cannot read ${target.path}: ${message}`);
  }
  const value = parseJson(content, target.path);
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new RunError(`${target.path} is not valid: ${describeMismatch(parsed.error, value)}`);
}

/** Reads what a sweep was asked for. @throws RunError if the folder is no sweep, or the file is invalid */
export async function readSweep(folder: RunFolder): Promise<Sweep> {
  const sweep = await readSweepFile(folder, SWEEP_FILE, sweepSchema, MAX_BYTES);
  if (sweep) return sweep;
  throw new RunError(`${inRun(folder).path} is not a sweep: it has no ${SWEEP_FILE}`);
}

export async function writeSweep(folder: RunFolder, sweep: Sweep): Promise<void> {
  await replaceFile(inRun(folder, SWEEP_FILE), `${JSON.stringify(sweep, null, 1)}\n`);
}
