/** What `vae probe attach --json` prints. */
import * as z from 'zod';

const previewed = z.object({
  id: z.string().max(8192),
  class: z.string().max(1000),
  probability: z.number(),
});
const question = z.object({
  type: z.literal('question'),
  /** Option that answers it, without its dashes. */
  key: z.string().max(100),
  message: z.string(),
  /** Null for any text. */
  choices: z.array(z.string().max(1000)).max(1000).nullable(),
  /** The most probable class of some images of the run, by some of the choices. */
  preview: z.array(z.object({ choice: z.string().max(1000), images: z.array(previewed).max(100) })).max(100),
});
const attached = z.object({
  type: z.literal('attached'),
  folder: z.string(),
  classes: z.array(z.string()).min(2),
  /** What was concluded from the file, for people. */
  notes: z.array(z.string()),
});
const line = z.discriminatedUnion('type', [question, attached]);

export type ClassifierQuestion = z.infer<typeof question>;
export type ClassifierAttached = z.infer<typeof attached>;

/** Returns null for any other line. */
export function parseAttachedLine(text: string): ClassifierQuestion | ClassifierAttached | null {
  try {
    return line.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
