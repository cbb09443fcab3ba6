import { describeMismatch } from '../text/describe-mismatch';
import { withLimit } from '../text/system-limit';
import { visibleJson, visibleText } from '../text/visible-text';
import { TOOLS } from './tool-table';
import type { Tool, ToolCall, ToolResult } from './tool';
import { ToolError } from './tool-error';

/** Longest line of a result. */
const MAX_LINE = 10_000;

/** Finds a tool by its name. @throws ToolError with the names of all */
export function toolNamed(name: string): Tool {
  const tool = TOOLS.find((each) => each.name === name);
  if (tool) return tool;
  const names = TOOLS.map((each) => each.name).join(', ');
  throw new ToolError(
    'unknown-tool',
    `there is no tool '${visibleText(name, 100)}'; expected one of ${names}`,
  );
}

/**
 * Checks the input of a tool and runs it.
 * @throws ToolError if the input does not fit its schema, or the tool changes something where that is not allowed
 */
export async function callTool(tool: Tool, input: unknown, call: ToolCall): Promise<ToolResult> {
  const parsed = tool.input.safeParse(input ?? {});
  if (!parsed.success)
    throw new ToolError('bad-input', `${tool.name}: ${describeMismatch(parsed.error, input ?? {})}`);
  const { refusal } = call.host;
  if (tool.access === 'change' && refusal !== null)
    throw new ToolError('read-only', `${tool.name} changes the workspace, but ${refusal}`);
  call.signal.throwIfAborted();
  return tool.run(parsed.data, call);
}

/** Formats a result for a language model: its words, then its data as JSON. Text from files cannot pass for a line of its own. */
export function resultText({ text, data }: ToolResult): string {
  const lines = typeof text === 'string' ? [text] : text;
  return [...lines.map((line) => visibleText(line, MAX_LINE)), visibleJson(data)].join('\n');
}

/** Formats whatever a tool threw for a language model. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return visibleText(String(error));
  const code = 'code' in error && typeof error.code === 'string' ? `${error.code}: ` : '';
  return visibleText(`${code}${withLimit(error)}`, MAX_LINE);
}
