import * as vscode from 'vscode';
import type * as z from 'zod';
import type { EngineMethods } from '../../protocol/engine';
import type { MethodName, Params, Result } from '../../protocol/rpc';
import type { Host } from '../services';
import { ProgramCommand } from '../identifiers';
import { plain } from './to-plain-arrays';
import type { Plain } from './to-plain-arrays';
import { requireTrust } from '../trust';
import { modelRun } from './image-arguments';
import { latents } from '../map/latents';
import { parsed } from './parse-argument';
import { decodeParams, evaluateParams, manifoldParams, sampleParams, traverseParams } from './api-parameters';

type ProgramHandler = (host: Host, argument: unknown) => Promise<unknown>;

/** A method of the engine as a command: the same parameters, with ordinary arrays for numbers, and `run`. */
function asking<K extends MethodName<EngineMethods>>(
  command: string,
  method: K,
  schema: z.ZodType<{ run?: string | undefined; params: Params<EngineMethods, K> }>,
): (host: Host, argument: unknown) => Promise<Plain<Result<EngineMethods, K>>> {
  return async (host, argument) => {
    requireTrust();
    const { params, run } = parsed(command, schema, argument);
    const { folder } = await modelRun(host, { run });
    return vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: command },
      async () => plain(await host.engines.ask(folder, method, params)),
    );
  };
}

/** Commands for programs, by what they ask: one object in, plain data out; refusals are thrown. */
export const programCommands = {
  evaluate: asking(ProgramCommand.evaluate, 'evaluate', evaluateParams),
  decode: asking(ProgramCommand.decode, 'decode', decodeParams),
  traverse: asking(ProgramCommand.traverse, 'traverse', traverseParams),
  manifold: asking(ProgramCommand.manifold, 'manifold', manifoldParams),
  sample: asking(ProgramCommand.sample, 'sample', sampleParams),
  latents,
} satisfies Record<keyof typeof ProgramCommand, ProgramHandler>;
