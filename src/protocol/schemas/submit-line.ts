/** What `vae submit --json`, and `vae resume --json` and `vae sweep --json` of what is on a cluster print, as far as the editor uses it. */
import * as z from 'zod';

const bytes = z.number().min(0);
const sends = z.object({
  type: z.literal('sends'),
  target: z.string(),
  address: z.string(),
  /** In bytes, as packed. */
  packages: z.array(z.object({ what: z.enum(['engine', 'images', 'start']), bytes })),
  images: z.discriminatedUnion('from', [
    z.object({ from: z.literal('built-in') }),
    /** Their number of files and size in bytes, unpacked; or of images, where they are packed as a run sees them. */
    z.object({
      from: z.literal('sent'),
      files: z.int().min(0),
      bytes,
      arePacked: z.boolean().default(false),
    }),
    z.object({ from: z.literal('cluster'), path: z.string() }),
  ]),
  /** Of a sweep: how many are trained. */
  trials: z.int().min(0).optional(),
});
const submitted = z.object({ type: z.literal('submitted'), folder: z.string(), job: z.string() });
/** A sweep that the cluster carries out already. */
const carriedOut = z.object({ type: z.literal('carried-out'), folder: z.string() });
const declined = z.object({ type: z.literal('declined') });

const submitLine = z.discriminatedUnion('type', [sends, submitted, carriedOut, declined]);
export type SubmitLine = z.infer<typeof submitLine>;
export type SentParts = z.infer<typeof sends>;

/** Parses a line; null if it is none of these. */
export function parseSubmitLine(text: string): SubmitLine | null {
  try {
    return submitLine.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
