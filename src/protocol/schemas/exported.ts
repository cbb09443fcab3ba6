/** What `vae export --json` prints. */
import * as z from 'zod';

const exported = z.object({ files: z.array(z.string()).min(1), step: z.int().min(0) });
export type ExportedFiles = z.infer<typeof exported>;

/** @throws Error if the text is not a report of an export */
export function parseExported(text: string): ExportedFiles {
  return exported.parse(JSON.parse(text));
}
