import * as z from 'zod';
import { isRemoteActive } from '../domain/remote-state';
import type { RemoteState } from '../domain/remote-state';
import { describeMismatch } from '../text/describe-mismatch';
import { PRESET_NAMES, sourceSchema } from './config';
import { readText, replaceFile } from './guarded-files';
import { inRun } from './guarded-path';
import type { RunFolder } from './guarded-path';
import { RunError } from './run-error';

/** In the folder of a run that a cluster trains: which one, and how to submit it again. It is written before the run is submitted. */
const REMOTE_FILE = 'remote.json';
const FORMAT = 'latent-explorer/remote/1';
/** Maximum file size, in bytes: the source may list excluded images. */
const MAX_BYTES = 16_000_000;

/** Of a run. */
export const MAX_RANKS = 1024;

const count = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const path = z.string().min(1).max(4096);
const patterns = z.array(z.string().min(1).max(1000)).max(1000);
const STATES = [
  ...(['submitting', 'waiting', 'running', 'ended', 'failed', 'lost'] as const satisfies RemoteState[]),
];

const fileSchema = z
  .strictObject({
    format: z.literal(FORMAT),
    /** Name of the cluster in the user's own settings. An address is not here: nothing in a folder decides what is connected to. */
    target: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/),
    /** Of the run on the cluster; the jobs that train it are called after it. */
    id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,99}$/),
    /** Number of the job, from 1; a run that is resumed or lost is submitted again. */
    attempt: z.int().min(1).max(100_000),
    /** Times that it was submitted again without being asked for, since a person last did. */
    retries: z.int().min(0).max(1000),
    /** SHA-256 of the job: tells it from another one of its name. */
    digest: z.string().regex(/^[0-9a-f]{64}$/),
    /** Ray's name for the time since its head was started; null before the job was submitted. */
    session: z.string().max(1000).nullable(),
    /** Node with the run's files; null while the job waits. */
    node: z
      .string()
      .regex(/^[0-9a-f]{1,100}$/)
      .nullable(),
    state: z.enum(STATES),
    /** About the state; may be empty. */
    message: z.string().max(20_000),
    /** When the state became this, UTC, ISO 8601. */
    changedAt: z.string().max(40),
    /** Lines of metrics.jsonl when this job was submitted. */
    linesBefore: count,
    /** What is trained, to submit it again. */
    job: z.strictObject({
      /** Of the images on this machine; null if they are on the cluster alone. */
      source: sourceSchema.nullable(),
      preset: z.enum(PRESET_NAMES),
      seed: count,
      set: z.record(z.string().min(1).max(100), z.string().min(1).max(1000)),
      engine: z.enum(['auto', 'tensorflow', 'onnx', 'wasm', 'jax']),
      threads: z.int().min(1).max(1024),
      /** Absent for a run that one process trains; else how many share it, and the graphics cards of each. */
      ranks: z
        .strictObject({ count: z.int().min(1).max(MAX_RANKS), gpus: z.int().min(0).max(16) })
        .optional(),
      /** Where the images are on the cluster: made there, sent with the job, or in a file or folder that its nodes see. */
      images: z.discriminatedUnion('from', [
        z.strictObject({ from: z.literal('built-in') }),
        z.strictObject({ from: z.literal('sent') }),
        z.strictObject({
          from: z.literal('cluster'),
          path,
          ...{ include: patterns.optional(), exclude: patterns.optional() },
          ...{ labels: path.optional(), labelColumn: z.string().max(1000).optional() },
        }),
      ]),
    }),
  })
  .transform(({ format: _format, ...remote }) => remote);

export type RemoteRun = z.infer<typeof fileSchema>;
export type RemoteJob = RemoteRun['job'];

/** Returns the id of the job that trains the run. */
export const jobIdOf = ({ id, attempt }: Pick<RemoteRun, 'id' | 'attempt'>): string =>
  attempt === 1 ? id : `${id}-${attempt}`;

/** Reads which cluster trains a run; null if none does. @throws RunError if remote.json is damaged, ForeignFileError if it is a link */
export async function readRemoteRun(runFolder: RunFolder): Promise<RemoteRun | null> {
  const target = inRun(runFolder, REMOTE_FILE);
  let text: string;
  try {
    text = await readText(target, MAX_BYTES);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error instanceof RunError ? error : new RunError(`cannot read ${target.path}: ${message}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new RunError(`${target.path} is not JSON: ${(error as Error).message}`);
  }
  const result = fileSchema.safeParse(value);
  if (!result.success)
    throw new RunError(
      `${target.path} does not say which cluster trains the run: ${describeMismatch(result.error, value)}`,
    );
  return result.data;
}

export async function writeRemoteRun(runFolder: RunFolder, remote: RemoteRun): Promise<void> {
  const file = { format: FORMAT, ...remote };
  await replaceFile(inRun(runFolder, REMOTE_FILE), `${JSON.stringify(file, null, 2)}\n`);
}

/** @throws RunError if a cluster may be training the run, so that it is not trained here as well */
export async function requireNotRemote(runFolder: string): Promise<void> {
  const remote = await readRemoteRun(runFolder);
  if (remote === null || !isRemoteActive(remote.state)) return;
  throw new RunError(
    `the cluster ${remote.target} trains this run, so it is not trained here: stop it first, with vae stop`,
  );
}
