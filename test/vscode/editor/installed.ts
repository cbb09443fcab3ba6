/** The extension as users get it: packaged for this platform, and installed into a VS Code that has nothing else. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { WEB_TARGET } from '../../../src/setup/package-engines.mjs';
import type { Editor } from '../place';
import { extensionFolders } from './server';

const execute = promisify(execFile);

/** Called with the number of a process that works on a package. */
export type Started = (pid: number | undefined) => void;

/** Runs a program of Node's. It may take minutes on a busy machine, so that somebody has to see that it moves. */
async function run(
  args: readonly string[],
  { node = process.execPath, ...options }: { node?: string; cwd?: string; env?: NodeJS.ProcessEnv },
  started: Started,
): Promise<void> {
  const running = execute(node, args, options);
  started(running.child.pid);
  await running;
}

/** Packages what is built in the project's folder, which stays as it is. @returns the path of the package */
export async function packaged(
  root: string,
  folder: string,
  started: Started,
  target = `${process.platform}-${process.arch}`,
): Promise<string> {
  const out = join(folder, 'extension.vsix');
  const vsce = join(root, 'node_modules/@vscode/vsce/vsce');
  const ignored = target === WEB_TARGET.name ? ['--ignoreFile', WEB_TARGET.ignoreFile] : [];
  const options = [
    ...ignored,
    '--no-dependencies',
    '--allow-missing-repository',
    '--no-rewrite-relative-links',
  ];
  await run([vsce, 'package', '--target', target, '--out', out, ...options], { cwd: root }, started);
  return out;
}

/** Installs a package for the server whose profile is in `profile`. */
export async function install(
  { node, serverMain }: Editor,
  vsix: string,
  profile: string,
  env: NodeJS.ProcessEnv,
  started: Started,
): Promise<void> {
  await run([serverMain, ...extensionFolders(profile), '--install-extension', vsix], { node, env }, started);
}

/**
 * Has the installed extension run in the window, as where there is no server: beside one, VS Code prefers the entry for machines, so it is
 * taken out of the installed manifest.
 */
export async function keepOffTheServer(profile: string): Promise<void> {
  const extensions = join(profile, 'extensions');
  for (const name of await readdir(extensions)) {
    if (!name.startsWith('latent-explorer.')) continue;
    const file = join(extensions, name, 'package.json');
    const manifest = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
    delete manifest['main'];
    delete manifest['extensionKind'];
    await writeFile(file, JSON.stringify(manifest));
  }
}
