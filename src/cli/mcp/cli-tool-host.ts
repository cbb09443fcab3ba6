import { cacheRoot } from '../../setup/locations.mjs';
import { datasetFolder, MNIST } from '../../download/mnist';
import type { ToolHost } from '../../tools/tool-host';
import type { Context } from '../context';
import { datasetSourceOf } from '../dataset-options';
import { runsRoot } from '../run-argument';
import { inNewRun, toRequest } from '../training';
import type { EngineFlags } from '../training';
import { beginTraining } from './begin-training';
import type { RunEngines } from './run-engines';

export interface CliToolOptions {
  /** The folder that tools work in; its real path. */
  readonly root: string;
  /** Further folders of images, whose real paths these are. */
  readonly images: readonly string[];
  readonly allowTrain: boolean;
  readonly engineFolder: string;
  readonly engine: EngineFlags;
}

const REFUSAL = 'this server was started to read only: ask the user to start it with `vae mcp --allow-train`';

/** What tools work on at the command line. */
export function cliToolHost(options: CliToolOptions, engines: RunEngines, context: Context): ToolHost {
  const { root, images, allowTrain, engineFolder, engine } = options;
  const inRoot = { ...context, cwd: root };
  return {
    roots: [root],
    runsRoots: [runsRoot(root)],
    imageRoots: [...images, datasetFolder(cacheRoot(), MNIST)],
    namedDatasets: ['digits', MNIST.name],
    engineFolder,
    refusal: allowTrain ? null : REFUSAL,
    ask: (...call) => engines.ask(...call),
    async train({ data, labels, labelColumn, preset, samples, seed, set }, signal) {
      const choice = {
        ...(labels === undefined ? {} : { labels }),
        ...(labelColumn === undefined ? {} : { labelColumn }),
      };
      const source = await datasetSourceOf(data, choice, inRoot);
      const training = { ...engine, preset, seed, set, ...(samples === undefined ? {} : { samples }) };
      const request = toRequest(source, training);
      return inNewRun(request, training, inRoot, async (folder) => {
        await beginTraining(folder, request, { engineFolder, ...engine }, signal);
        return folder;
      });
    },
    changed: () => undefined,
  };
}
