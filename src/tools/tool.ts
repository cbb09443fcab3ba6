import type * as z from 'zod';
import type { ToolHost } from './tool-host';

/** One call of a tool. */
export interface ToolCall {
  readonly host: ToolHost;
  readonly signal: AbortSignal;
  /** Says what is being done; `done` of `total` where that is known. */
  readonly progress: (text: string, done?: number, total?: number) => void;
}

export interface ToolPicture {
  /** What it shows. */
  readonly caption: string;
  readonly png: Uint8Array;
}

export interface ToolResult {
  /** In plain words, a line each: what was found, with what a reader must know of its conditions. Quotes files as they are. */
  readonly text: string | readonly string[];
  /** The same as data; numbers are rounded to six digits. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly pictures?: readonly ToolPicture[];
}

/** A tool as a program or a language model sees it, in an editor and over the Model Context Protocol alike. */
export interface Tool {
  /** `vae_verb_noun`. */
  readonly name: string;
  readonly title: string;
  /** For a language model: what it does, what it needs, what comes back. */
  readonly description: string;
  readonly input: z.ZodObject;
  /** `change` for a tool that starts, stops or writes something. */
  readonly access: 'read' | 'change';
  run(input: unknown, call: ToolCall): Promise<ToolResult>;
}

interface Definition<S extends z.ZodObject> extends Omit<Tool, 'input' | 'run'> {
  readonly input: S;
  run(input: z.output<S>, call: ToolCall): Promise<ToolResult>;
}

/** Defines a tool. `run` gets what the schema returns; see `callTool`, which checks it. */
export function defineTool<S extends z.ZodObject>(definition: Definition<S>): Tool {
  return { ...definition, run: (input, call) => definition.run(input as z.output<S>, call) };
}
