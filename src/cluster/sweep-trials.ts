import * as z from 'zod';
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

/**
 * Reads what a job says of its trials. @returns null if it says nothing that can be read: before it has begun any, or while the file is
 * replaced, when the dashboard may answer with a part of it
 */
export async function trialsThere(
  files: RayFiles,
  driver: string,
  { id, attempt }: { readonly id: string; readonly attempt: number },
): Promise<TrialsThere | null> {
  const bytes = await files.read(driver, `${sweepPlace(id)}/${trialsFile(attempt)}`, MAX_BYTES);
  try {
    return bytes && schema.parse(JSON.parse(bytes.toString('utf8'))).trials;
  } catch {
    return null;
  }
}
