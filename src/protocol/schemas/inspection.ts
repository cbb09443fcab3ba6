/** What `vae inspect --json` prints, as far as the editor uses it. */
import * as z from 'zod';

const inspection = z.object({
  shape: z.object({ width: z.int(), height: z.int(), channels: z.union([z.literal(1), z.literal(3)]) }),
  lines: z.array(z.object({ title: z.string(), text: z.string(), level: z.enum(['info', 'warning']) })),
  /** `pixels` is base64. */
  examples: z.array(z.object({ pixels: z.string() })),
  plan: z.object({
    likelihood: z.string(),
    latent: z.int(),
    fit: z.string(),
    samples: z.number(),
    patience: z.number(),
  }),
});
const failure = z.object({ error: z.object({ message: z.string() }) });

/** @throws Error if the text is not a report */
export function parseInspection(text: string): z.infer<typeof inspection> {
  return inspection.parse(JSON.parse(text));
}

/** Returns the message of an error that a command printed as JSON; null for any other line. */
export function parseFailure(line: string): string | null {
  try {
    return failure.parse(JSON.parse(line)).error.message;
  } catch {
    return null;
  }
}
