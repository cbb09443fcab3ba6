import * as z from 'zod';
import { replaceFile } from '../runs/guarded-files';
import { inRun } from '../runs/guarded-path';
import type { RunFolder } from '../runs/guarded-path';
import { RunError } from '../runs/run-error';
import { readSweepFile } from './sweep-file';

/** In the folder of a sweep on a cluster: its job there. It is written before the job is submitted. */
const REMOTE_FILE = 'remote.json';
const MAX_BYTES = 10_000;

const schema = z.strictObject({
  format: z.literal('latent-explorer/remote-sweep/1'),
  /** Of the sweep on the cluster; its jobs are called after it. */
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,99}$/),
  /** Number of the job, from 1. */
  attempt: z.int().min(1).max(100_000),
  /** SHA-256 of the job: tells it from another one of its name. */
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  /** Whether the cluster has got it. */
  isSubmitted: z.boolean(),
});

export type RemoteSweep = Omit<z.infer<typeof schema>, 'format'>;

/** Reads which job carries out a sweep; null before there is one. @throws RunError if the file is invalid */
export async function readRemoteSweep(folder: RunFolder): Promise<RemoteSweep | null> {
  return readSweepFile(folder, REMOTE_FILE, schema, MAX_BYTES);
}

/** @throws RunError if there is none */
export async function requireRemoteSweep(folder: RunFolder): Promise<RemoteSweep> {
  const remote = await readRemoteSweep(folder);
  if (remote !== null) return remote;
  throw new RunError(`${inRun(folder).path} has no ${REMOTE_FILE}: it was not submitted to a cluster`);
}

export async function writeRemoteSweep(folder: RunFolder, remote: RemoteSweep): Promise<void> {
  const { id, attempt, digest, isSubmitted } = remote;
  const file = { format: 'latent-explorer/remote-sweep/1', id, attempt, digest, isSubmitted };
  await replaceFile(inRun(folder, REMOTE_FILE), `${JSON.stringify(file, null, 1)}\n`);
}
