import * as z from 'zod';
import type { Tool } from './tool';

/** Returns the JSON Schema of a tool's input. */
export function inputSchemaOf({ input }: Tool): { readonly type: 'object' } & Record<string, unknown> {
  const schema = { ...z.toJSONSchema(input, { io: 'input' }) };
  // The dialect, which is that of the protocol.
  delete schema.$schema;
  return { ...schema, type: 'object' };
}
