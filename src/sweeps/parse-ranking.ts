import * as z from 'zod';
import type { TrialRanking } from '../domain/sweep';

/** What `vae evaluate --json` prints, as far as a ranking needs it; a bound that is not finite is null in JSON. */
const schema = z.object({
  logLikelihood: z.number(),
  logLikelihoodStandardError: z.number().nullable(),
  k: z.int().min(1),
  count: z.int().min(1),
});

/** Returns the importance-weighted bound of a line of `vae evaluate --json`; null if it holds none. */
export function parseRanking(line: string): TrialRanking | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) return null;
  const { logLikelihood, logLikelihoodStandardError: standardError, k, count: images } = parsed.data;
  return { logLikelihood, standardError, k, images };
}
