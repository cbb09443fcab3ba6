import * as vscode from 'vscode';
import type { LatentExplorer, LatentExplorerApi, Run } from '../../../api/latent-explorer';
import type { ExtensionServices } from '../services';
import { runOfEntry } from './api-run';

/** Versions that `getAPI` knows. */
const VERSIONS = [1];

/**
 * What `activate` returns to other extensions, see api/latent-explorer.d.ts. Each method does what the command of its name does for a program;
 * they are imported when first called.
 */
export function extensionApi(host: ExtensionServices): LatentExplorer {
  const changed = new vscode.EventEmitter<Run | null>();
  const subscription = host.runs.changed((entry) => {
    if (entry === null) changed.fire(null);
    else if (entry.record !== null) changed.fire(runOfEntry(entry));
  });
  host.context.subscriptions.push(changed, subscription);
  const api: LatentExplorerApi = {
    version: 1,
    async runs() {
      await host.runs.refresh();
      return host.runs.entries.filter(({ record }) => record !== null).map(runOfEntry);
    },
    onDidChangeRun: changed.event,
    train: async (options) => (await methods()).train(host, options),
    stop: async (run) => (await methods()).stop(host, run),
    encode: async (run, images) => (await methods()).encode(host, run, images),
    decode: async (run, points) => (await methods()).decode(host, run, points),
    interpolate: async (run, images, frames) => (await methods()).interpolate(host, run, images, frames),
    latents: async (run, columns) => (await methods()).latentsOf(host, run, columns),
    evaluate: async (run, options) => (await methods()).evaluate(host, run, options),
    directions: {
      list: async (run) => (await methods()).listSaved(host, run),
      make: async (run, from, to, options) => (await methods()).make(host, run, from, to, options),
      apply: async (run, direction, places, image) =>
        (await methods()).apply(host, run, direction, places, image),
    },
    export: async (run, options) => (await methods()).exportFiles(host, run, options),
  };
  return {
    getAPI(version) {
      if (VERSIONS.includes(version)) return api;
      throw new Error(
        `Latent Explorer: got version ${String(version)} of the API, expected ${VERSIONS.join(' or ')}`,
      );
    },
  };
}

const methods = () => import('./api-methods');
