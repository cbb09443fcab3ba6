import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import type { CallToolResult, ProgressNotification } from '@modelcontextprotocol/sdk/types.js';
import { visibleText } from '../../text/visible-text';
import { callTool, errorText, resultText, toolNamed } from '../../tools/call-tool';
import { inputSchemaOf } from '../../tools/input-schema';
import type { ToolCall, ToolResult } from '../../tools/tool';
import type { ToolHost } from '../../tools/tool-host';
import { TOOLS } from '../../tools/tool-table';

type Server = McpServer['server'];

/** Answers requests for the list of tools, and calls of them. A tool that fails is a result that says why, not an error. */
export function offerTools(server: Server, host: ToolHost): void {
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: TOOLS.map((tool) => ({
      name: tool.name,
      title: tool.title,
      description: tool.description,
      inputSchema: inputSchemaOf(tool),
      annotations: {
        title: tool.title,
        readOnlyHint: tool.access === 'read',
        destructiveHint: false,
        openWorldHint: false,
      },
    })),
  }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra): Promise<CallToolResult> => {
    const token = extra._meta?.progressToken;
    const report = (values: Omit<ProgressNotification['params'], 'progressToken'>): void => {
      if (token === undefined) return;
      const notification = {
        method: 'notifications/progress' as const,
        params: { progressToken: token, ...values },
      };
      // The client may have gone.
      extra.sendNotification(notification).catch(() => undefined);
    };
    try {
      const call: ToolCall = { host, signal: extra.signal, progress: progressTo(report) };
      return contentOf(await callTool(toolNamed(params.name), params.arguments, call));
    } catch (error) {
      return { isError: true, content: [{ type: 'text', text: errorText(error) }] };
    }
  });
}

/** The protocol wants each report to be above the one before, also where a tool only says what it does. */
function progressTo(
  report: (values: { readonly progress: number; readonly total?: number; readonly message: string }) => void,
): ToolCall['progress'] {
  const LEAST = 1e-3;
  let last = 0;
  return (text, done, total) => {
    if (done !== undefined && done <= last) return;
    last = done ?? last + LEAST;
    report({ progress: last, message: visibleText(text), ...(total === undefined ? {} : { total }) });
  };
}

function contentOf(result: ToolResult): CallToolResult {
  const pictures = (result.pictures ?? []).flatMap(({ caption, png }) => [
    { type: 'text' as const, text: visibleText(caption) },
    { type: 'image' as const, mimeType: 'image/png', data: Buffer.from(png).toString('base64') },
  ]);
  return {
    content: [{ type: 'text', text: resultText(result) }, ...pictures],
    structuredContent: { ...result.data },
  };
}
