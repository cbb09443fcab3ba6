import * as vscode from 'vscode';
import { Disposables } from '../emitter';
import type { Disposable } from '../emitter';
import type { ExtensionServices } from '../services';
import type { ContributedTool } from './contributed-tool';

interface Manifest {
  readonly contributes?: { readonly languageModelTools?: readonly ContributedTool[] };
}

/**
 * Registers the tools that package.json lists for language models; their table is imported when one is first used. Does nothing where the
 * editor has no language models.
 */
export function registerTools(host: ExtensionServices): Disposable {
  const disposables = new Disposables();
  const { lm } = vscode as { readonly lm?: Partial<typeof vscode.lm> };
  if (typeof lm?.registerTool !== 'function') return disposables;
  const { contributes } = host.context.extension.packageJSON as Manifest;
  for (const contributed of contributes?.languageModelTools ?? []) {
    const { name } = contributed;
    const tool: vscode.LanguageModelTool<object> = {
      invoke: async ({ input }, token) =>
        (await import('./invoke-tool')).invokeTool(host, name, input, token),
      prepareInvocation: async ({ input }, token) =>
        (await import('./prepare-tool')).prepareTool(host, contributed, input, token),
    };
    disposables.add(lm.registerTool(name, tool));
  }
  return disposables;
}
