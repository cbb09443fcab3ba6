/** What `vae sweep --plan --json` prints, as far as the editor uses it. */
import * as z from 'zod';

const plan = z.object({
  type: z.literal('plan'),
  /** The values of each trial. */
  trials: z.array(z.record(z.string(), z.string())),
  stopping: z.object({ reduction: z.int(), rungs: z.array(z.number()) }).nullable(),
});
const cost = z.object({
  type: z.literal('cost'),
  /** Of all trials, if none ends early by itself. */
  seconds: z.number().min(0),
  bytes: z.number().min(0),
});

const sweepLine = z.discriminatedUnion('type', [plan, cost]);
export type SweepOutputLine = z.infer<typeof sweepLine>;
export type SweepPlan = z.infer<typeof plan>;
export type SweepCostLine = z.infer<typeof cost>;

/** Parses a line; null if it is none of these. */
export function parseSweepLine(text: string): SweepOutputLine | null {
  try {
    return sweepLine.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
