import type * as z from 'zod';
import { describeMismatch } from '../../text/describe-mismatch';

/** Validates a program's argument and fills in defaults. @throws with the first mismatch */
export function parseArgument<T>(command: string, schema: z.ZodType<T>, argument: unknown): T {
  const result = schema.safeParse(argument ?? {});
  if (result.success) return result.data;
  throw new Error(`${command}: ${describeMismatch(result.error, argument)}`);
}
