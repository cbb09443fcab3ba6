import * as z from 'zod';
import { NotRayError } from './ray/errors';
import type { RayFiles } from './ray/files';
import { sweepPlace, trialsFile } from './sweep-script';

const MAX_BYTES = 8_000_000;

const schema = z.object({
  trials: z.record(
    z.string().max(100),
    z.object({
      node: z.string().regex(/^[0-9a-f]{1,100}$/),
      state: z.enum(['training', 'stopped', 'finished', 'failed']),
      reason: z.string().max(20_000),
      values: z.record(z.string().min(1).max(100), z.string().min(1).max(1000)),
    }),
  ),
});

/** What a job says of its trials, by run folder. */
export type TrialsThere = z.infer<typeof schema>['trials'];

/** Reads what a job says of its trials; empty before it has begun any. @throws ClusterError */
export async function trialsThere(
  files: RayFiles,
  driver: string,
  { id, attempt }: { readonly id: string; readonly attempt: number },
): Promise<TrialsThere> {
  const bytes = await files.read(driver, `${sweepPlace(id)}/${trialsFile(attempt)}`, MAX_BYTES);
  if (bytes === null) return {};
  try {
    return schema.parse(JSON.parse(bytes.toString('utf8'))).trials;
  } catch (error) {
    throw new NotRayError('the cluster', `what it says of the trials is not valid (${(error as Error).message.slice(0, 300)})`);
  }
}
