import { realpath, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Command } from 'commander';
import { version } from '../../../package.json';
import { workerBundle } from '../../images/decoding/worker-bundle';
import type { Context } from '../context';
import { badInput, CliError, EXIT } from '../exit';
import { watchInterrupts } from '../interrupt';
import { cliToolHost } from '../mcp/cli-tool-host';
import { RunEngines } from '../mcp/run-engines';
import type * as Mcp from '../mcp/serve';
import { addDeviceOption, addEngineOptions } from '../training';
import type { EngineFlags } from '../training';

interface Options extends EngineFlags {
  readonly root: string;
  readonly images?: readonly string[];
  readonly allowTrain?: true;
}

const DETAILS = `
A client, such as a coding agent, starts this command and calls its tools; docs/agents.md says how to register it. Without
--allow-train, tools read: they encode, decode, evaluate and compare. Paths that lead out of the folder are refused, by links too.
Encoding all images of a run keeps the result in its folder, as exploring it does.`;

/** `vae mcp`: serves tools for programs and language models over standard input and output, by the Model Context Protocol. */
export function mcpCommand(context: Context): Command {
  const command = new Command('mcp')
    .description(
      'serve the tools of this program to a client of the Model Context Protocol, on standard input and output',
    )
    .option('--root <dir>', 'folder that the tools work in', '.')
    .option('--images <dir>', 'another folder that images may be read from; repeatable', append)
    .option('--allow-train', 'allow to train, stop, tag, save directions and export')
    .addHelpText('after', DETAILS)
    .action(async (options: Options) => {
      const bundle = workerBundle('mcp.cjs');
      const { streams } = context;
      if (bundle === null || streams === undefined)
        throw new CliError(
          'failed',
          'mcp.cjs is missing beside this program; install it again',
          EXIT.failure,
        );
      const { root, images = [], allowTrain = false, ...engine } = options;
      const engineFolder = dirname(bundle);
      const engines = new RunEngines({ engineFolder, ...engine });
      const places = {
        root: await folderOf(root, '--root', context),
        images: await Promise.all(images.map((each) => folderOf(each, '--images', context))),
      };
      const host = cliToolHost({ ...places, allowTrain, engineFolder, engine }, engines, context);
      const { input, output } = streams();
      if (input.isTTY)
        context.output.warn(
          'waiting for a client of the Model Context Protocol, which starts this command by itself; Ctrl-C ends it',
        );
      const interrupts = watchInterrupts({ onFirst: () => undefined });
      try {
        const { serve } = (await import(pathToFileURL(bundle).href)) as typeof Mcp;
        await serve(host, version, { input, output }, interrupts.signal);
      } finally {
        interrupts.dispose();
        await engines.dispose();
      }
    });
  return addDeviceOption(addEngineOptions(command));
}

const append = (text: string, before: readonly string[] = []): string[] => [...before, text];

/** Returns the real path of a folder. @throws CliError */
async function folderOf(text: string, option: string, { cwd }: Context): Promise<string> {
  const path = resolve(cwd, text);
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory()) return realpath(path);
  throw badInput(
    `${option} ${text}: ${found ? 'this is a file' : 'there is no such folder'}; expected a folder`,
  );
}
