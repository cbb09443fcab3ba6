/** What `vae open-model --json` prints: what the files leave open, or the run that was made. */
import * as z from 'zod';

const question = z.object({
  type: z.literal('question'),
  /** The option that answers it, without dashes. */
  key: z.string().max(100),
  /** What is not known, and why. */
  message: z.string(),
  /** Null for any text; the empty text for none. */
  choices: z.array(z.string().max(1000)).max(1000).nullable(),
});
const opened = z.object({
  type: z.literal('opened'),
  folder: z.string(),
  latent: z.int().min(1),
  /** Number of images that it is explored with. */
  images: z.int().min(1),
  /** What was concluded from the files, for people. */
  notes: z.array(z.string()),
});
const line = z.discriminatedUnion('type', [question, opened]);

export type ModelQuestion = z.infer<typeof question>;
export type OpenedModel = z.infer<typeof opened>;

/** Returns null for any other line. */
export function parseOpenedLine(text: string): ModelQuestion | OpenedModel | null {
  try {
    return line.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
