/** What `vae plan --json` prints, as far as the editor uses it. */
import * as z from 'zod';

const count = z.number().min(0);
const dataset = z.object({
  type: z.literal('dataset'),
  images: count,
  /** Tables beside or in the dataset that have a line for its images. */
  tables: z.array(
    z.object({
      path: z.string(),
      inside: z.boolean(),
      images: count,
      labels: z.array(z.object({ name: z.string(), classes: count })),
      isNamed: z.boolean(),
    }),
  ),
});
const preset = z.object({
  type: z.literal('preset'),
  preset: z.string(),
  advised: z.enum(['colour', 'large', 'small']).nullable(),
  /** Null if the preset cannot be trained on these images, for the reason in `problem`. */
  shape: z
    .object({ width: z.int(), height: z.int(), channels: z.union([z.literal(1), z.literal(3)]) })
    .nullable(),
  fit: z.string(),
  /** Mean share of the images that is cropped, from 0 to 1. */
  cropped: z.number(),
  likelihood: z.string(),
  samples: count,
  patience: count,
  problem: z.string(),
});
const time = z.object({
  type: z.literal('time'),
  preset: z.string(),
  /** For all samples. */
  seconds: count,
});

const planLine = z.discriminatedUnion('type', [dataset, preset, time]);
export type PlanLine = z.infer<typeof planLine>;
export type PlannedDataset = z.infer<typeof dataset>;
export type PlannedPreset = z.infer<typeof preset>;
export type PlannedTable = PlannedDataset['tables'][number];

/** Parses a line; null if it is none of these. */
export function parsePlanLine(text: string): PlanLine | null {
  try {
    return planLine.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
