/** What `vae check --json` prints. */
import * as z from 'zod';

const finding = z.object({
  rule: z.enum(['duplicate', 'near-duplicate', 'worst-reconstructed', 'skipped-file']),
  level: z.enum(['warning', 'note']),
  /** For people, in English. */
  message: z.string(),
  /** Of the image; of a skipped file its path in the dataset. */
  id: z.string(),
  /** Path of its file; null for an image without one. */
  file: z.string().nullable(),
  /** The image that it repeats. */
  other: z.string().optional(),
  otherFile: z.string().nullable().optional(),
  /** Shares of the range of pixels. */
  difference: z.number().optional(),
  error: z.number().optional(),
  deviations: z.number().optional(),
});
const checked = z.object({ type: z.literal('check'), images: z.int().min(0), findings: z.array(finding) });

export type CheckFinding = z.infer<typeof finding>;
export type CheckedImages = z.infer<typeof checked>;

/** Returns null for any other line. */
export function parseCheckedLine(text: string): CheckedImages | null {
  try {
    return checked.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
