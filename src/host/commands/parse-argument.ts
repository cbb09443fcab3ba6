import type * as z from 'zod';

/** Validates a program's argument and fills in defaults. @throws with the mismatches */
export function parseArgument<T>(command: string, schema: z.ZodType<T>, argument: unknown): T {
  const result = schema.safeParse(argument ?? {});
  if (result.success) return result.data;
  const reasons = result.error.issues.map(
    ({ path, message }) => `${path.join('.') || 'argument'}: ${message}`,
  );
  throw new Error(`${command}: ${reasons.join('; ')}`);
}
