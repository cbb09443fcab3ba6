import * as vscode from 'vscode';
import type * as z from 'zod';
import type { EngineMethods } from '../../protocol/schemas/engine';
import type { MethodName, Params, Result } from '../../protocol/rpc';
import type { ExtensionServices } from '../services';
import { ApiCommand } from '../identifiers';
import { toPlainArrays } from './to-plain-arrays';
import type { PlainArrays } from './to-plain-arrays';
import { requireTrust } from '../trust';
import { modelRun } from './image-arguments';
import { latents } from '../map/latents';
import { selection } from '../map/selection';
import { parseArgument } from './parse-argument';
import { decodeParams, evaluateParams, manifoldParams, sampleParams, traverseParams } from './api-parameters';

type ProgramHandler = (host: ExtensionServices, argument: unknown) => Promise<unknown>;

/** Wraps an engine method as a command: the same parameters, with plain arrays for numbers, and `run`. */
function asking<K extends MethodName<EngineMethods>>(
  command: string,
  method: K,
  schema: z.ZodType<{ run?: unknown; params: Params<EngineMethods, K> }>,
): (host: ExtensionServices, argument: unknown) => Promise<PlainArrays<Result<EngineMethods, K>>> {
  return async (host, argument) => {
    requireTrust();
    const { params, run } = parseArgument(command, schema, argument);
    const { folder } = await modelRun(host, { run });
    return vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: command },
      async () => toPlainArrays(await host.engines.ask(folder, method, params)),
    );
  };
}

/** Commands for programs, by engine method: one object in, plain data out; errors are thrown. */
export const apiCommands = {
  evaluate: asking(ApiCommand.evaluate, 'evaluate', evaluateParams),
  decode: asking(ApiCommand.decode, 'decode', decodeParams),
  traverse: asking(ApiCommand.traverse, 'traverse', traverseParams),
  manifold: asking(ApiCommand.manifold, 'manifold', manifoldParams),
  sample: asking(ApiCommand.sample, 'sample', sampleParams),
  latents,
  selection,
} satisfies Record<keyof typeof ApiCommand, ProgramHandler>;
