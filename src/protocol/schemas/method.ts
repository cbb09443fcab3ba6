import * as z from 'zod';
import { RpcError } from '../rpc';
import type { Handlers } from '../rpc';
import { describeMismatch } from '../../text/describe-mismatch';

/** One method of a protocol: the schema of its argument, and the type of its result. */
export interface Method<S extends z.ZodType, R> {
  readonly params: S;
  /** For the compiler only. */
  readonly result?: R;
}
export type MethodTable = Readonly<Record<string, Method<z.ZodType, unknown>>>;

/** `T` as a receiver sees it: nothing in it may be changed. */
export type ReadonlyDeep<T> = T extends ArrayBufferView
  ? T
  : T extends object
    ? { readonly [K in keyof T]: ReadonlyDeep<T[K]> }
    : T;

/** The interface that a table of methods describes. */
export type MethodsOf<T> = {
  [K in keyof T]: T[K] extends Method<infer S, infer R> ? (params: ReadonlyDeep<z.output<S>>) => R : never;
};

/** Defines a method: `method({ step: z.int() }).returns<SnapshotView>()`. @param argument a schema, or the fields of one */
export function method<S extends z.ZodType>(argument: S): Returns<S>;
export function method<F extends z.ZodRawShape>(argument?: F): Returns<z.ZodObject<F, z.core.$strict>>;
export function method(argument: z.ZodType | z.ZodRawShape = {}): Returns<z.ZodType> {
  const params = argument instanceof z.ZodType ? argument : z.strictObject(argument);
  return { returns: () => ({ params }) };
}

interface Returns<S extends z.ZodType> {
  returns<R>(): Method<S, R>;
}

/** Wraps handlers: each gets its argument as its schema returns it. An invalid argument is answered with `bad-input`. */
export function checked<T extends MethodTable>(
  table: T,
  handlers: Handlers<MethodsOf<T>>,
): Handlers<MethodsOf<T>> {
  const handle = handlers as Record<string, (params: unknown, signal: AbortSignal) => unknown>;
  const entries = Object.entries(table).map(([name, { params }]) => [
    name,
    async (argument: unknown, signal: AbortSignal): Promise<unknown> => {
      const parsed = params.safeParse(argument);
      if (parsed.success) return await handle[name]!(parsed.data, signal);
      throw new RpcError('bad-input', `${name}: ${describeMismatch(parsed.error, argument)}`);
    },
  ]);
  return Object.fromEntries(entries) as Handlers<MethodsOf<T>>;
}
