import * as vscode from 'vscode';
import { visibleText } from '../../text/visible-text';
import { toolNamed } from '../../tools/call-tool';
import type { Tool } from '../../tools/tool';
import { TRAIN_TOOL } from '../../tools/runs/train-model';
import type { ExtensionServices } from '../services';
import type { ContributedTool } from './contributed-tool';
import { trainingQuestion } from './training-question';

/** Longest value of an argument that is shown. */
const MAX_SHOWN = 300;

/** Says what a tool will do, and has the user confirm one that changes something. */
export async function prepareTool(
  host: ExtensionServices,
  { name, displayName }: ContributedTool,
  input: object,
  token: vscode.CancellationToken,
): Promise<vscode.PreparedToolInvocation> {
  const tool = toolNamed(name);
  const invocationMessage = `VAE: ${displayName}`;
  if (!changes(tool, input)) return { invocationMessage };
  const lines = tool.name === TRAIN_TOOL ? await trainingQuestion(host, input, token) : argumentsOf(input);
  const title = `VAE: ${displayName}?`;
  return { invocationMessage, confirmationMessages: { title, message: asText(lines) } };
}

/** A direction is saved where it gets a name. */
const changes = (tool: Tool, input: object): boolean =>
  tool.access === 'change' || (tool.name === 'vae_make_direction' && 'name' in input);

const argumentsOf = (input: object): string[] =>
  Object.entries(input).map(([field, value]) => `${field}: ${JSON.stringify(value)}`);

/** Names and values come from a language model, and must not become links or pictures. */
function asText(lines: readonly string[]): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString();
  lines.forEach((line, i) => {
    if (i > 0) markdown.appendMarkdown('\n\n');
    markdown.appendText(visibleText(line, MAX_SHOWN));
  });
  return markdown;
}
