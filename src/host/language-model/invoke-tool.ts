import * as vscode from 'vscode';
import { visibleText } from '../../text/visible-text';
import { callTool, errorText, resultText, toolNamed } from '../../tools/call-tool';
import type { ToolPicture } from '../../tools/tool';
import type { ExtensionServices } from '../services';
import { requireTrust } from '../trust';
import { abortOf } from './abort-of';
import { windowToolHost } from './window-tool-host';

/** Part of newer editors' module: bytes for a language model. */
interface DataParts {
  readonly LanguageModelDataPart?: { image(data: Uint8Array, mime: string): unknown };
}

/** Runs a tool for a language model. @throws Error that says to the model what was got, what was expected and what to do */
export async function invokeTool(
  host: ExtensionServices,
  name: string,
  input: object,
  token: vscode.CancellationToken,
): Promise<vscode.LanguageModelToolResult> {
  const { signal, dispose } = abortOf(token);
  try {
    requireTrust();
    const call = { host: windowToolHost(host), signal, progress: () => undefined };
    const result = await callTool(toolNamed(name), input, call);
    const words = new vscode.LanguageModelTextPart(resultText(result));
    // The types are those of the oldest editor, which has no data parts.
    const pictures = picturesOf(result.pictures ?? []) as vscode.LanguageModelTextPart[];
    return new vscode.LanguageModelToolResult([words, ...pictures]);
  } catch (error) {
    host.log.warn(`${name}: ${errorText(error)}`);
    throw new Error(errorText(error), { cause: error });
  } finally {
    dispose();
  }
}

function picturesOf(pictures: readonly ToolPicture[]): unknown[] {
  const { LanguageModelDataPart } = vscode as DataParts;
  return pictures.flatMap(({ caption, png }) => {
    const words = visibleText(caption);
    if (LanguageModelDataPart === undefined)
      return [
        new vscode.LanguageModelTextPart(
          `(A picture is left out, which this editor cannot pass on: ${words})`,
        ),
      ];
    return [new vscode.LanguageModelTextPart(words), LanguageModelDataPart.image(png, 'image/png')];
  });
}
