import * as z from 'zod';
import { join } from 'node:path';
import { shownPath } from '../run-of';
import { defineTool } from '../tool';
import { containerFiles } from './container-files';
import { imageFolders } from './image-folders';
import { counted } from '../counted';

/** Lists what could be trained on. */
export const listDatasets = defineTool({
  name: 'vae_list_datasets',
  title: 'List Datasets',
  description:
    'Lists folders with images, archives and arrays in the workspace that a variational autoencoder can be trained on, by their paths, and names of datasets that need no path. Reads names only: vae_inspect_dataset reads the images.',
  access: 'read',
  input: z.strictObject({}),
  async run(_input, { host }) {
    const folders: { path: string; kind: string; images: number; more: boolean }[] = [];
    const files: string[] = [];
    for (const root of host.roots) {
      for (const { path, kind, images, more } of await imageFolders(root))
        folders.push({ path: shownPath(host, path), kind, images, more });
      for (const path of await containerFiles(root)) files.push(shownPath(host, join(root, path)));
    }
    const text = `${counted(folders.length, 'folder')} with images and ${counted(files.length, 'archive or array', 'archives or arrays')}; ${host.namedDatasets.join(', ')} need no path`;
    return { text, data: { folders, files, named: host.namedDatasets } };
  },
});
