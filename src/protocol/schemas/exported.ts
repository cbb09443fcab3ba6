/** What `vae export --json` prints, a line each: how far it is, and at the end what it has written. */
import * as z from 'zod';

const progress = z.object({
  type: z.literal('progress'),
  /** What is being done, for people. */
  text: z.string(),
  done: z.int().min(0),
  total: z.int().min(0),
});
const exported = z.object({
  type: z.literal('export'),
  files: z.array(z.string()).min(1),
  step: z.int().min(0),
  /** What the files lack and why, a sentence each. */
  notes: z.array(z.string()),
});
const line = z.discriminatedUnion('type', [progress, exported]);

export type ExportProgress = z.infer<typeof progress>;
export type ExportedFiles = z.infer<typeof exported>;

/** Returns null for any other line. */
export function parseExportLine(text: string): z.infer<typeof line> | null {
  try {
    return line.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
