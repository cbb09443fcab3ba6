/** What `vae import --json` prints, a line each: how far it is, and at the end what it has made. */
import * as z from 'zod';

const progress = z.object({
  type: z.literal('progress'),
  /** What is being done, for people. */
  text: z.string(),
  done: z.int().min(0),
  total: z.int().min(0),
});
const imported = z.object({
  type: z.literal('import'),
  folder: z.string().min(1),
  step: z.int().min(0),
  /** What was left out or is missing, a sentence each. */
  notes: z.array(z.string()),
});
const line = z.discriminatedUnion('type', [progress, imported]);

export type ImportProgress = z.infer<typeof progress>;
export type ImportedFolder = z.infer<typeof imported>;

/** Returns null for any other line. */
export function parseImportLine(text: string): z.infer<typeof line> | null {
  try {
    return line.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
