import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A run, and the workspace that it was trained in. */
export interface TrainedRun {
  readonly run: string;
  readonly workspace: string;
}

/** Puts a copy of a run into another workspace with the same images, as if it had been trained there. @returns its folder */
export async function copyRun(from: TrainedRun, workspace: string, name: string): Promise<string> {
  const folder = join(workspace, '.vae', 'runs', name);
  await mkdir(dirname(folder), { recursive: true });
  await cp(from.run, folder, { recursive: true });
  // As with every run: the file explorer would show two folders as one where there is nothing else in the first.
  await writeFile(join(workspace, '.vae', '.gitignore'), '*\n');
  const config = join(folder, 'config.json');
  const text = await readFile(config, 'utf8');
  const [before, now] = [from.workspace, workspace].map((path) => pathToFileURL(path).href);
  await writeFile(config, text.replaceAll(before!, now!));
  return folder;
}
