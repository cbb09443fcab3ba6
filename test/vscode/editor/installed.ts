/** The extension as users get it: packaged for this platform, and installed into a VS Code that has nothing else. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Editor } from '../place';
import { extensionFolders } from './server';

const run = promisify(execFile);

/** Packages what is built in the project's folder, which stays as it is. @returns the path of the package */
export async function packaged(root: string, folder: string): Promise<string> {
  const out = join(folder, 'extension.vsix');
  const vsce = join(root, 'node_modules/@vscode/vsce/vsce');
  const target = `${process.platform}-${process.arch}`;
  const options = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'];
  await run(process.execPath, [vsce, 'package', '--target', target, '--out', out, ...options], { cwd: root });
  return out;
}

/** Installs a package for the server whose profile is in `profile`. */
export async function install(
  { node, serverMain }: Editor,
  vsix: string,
  profile: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  await run(node, [serverMain, ...extensionFolders(profile), '--install-extension', vsix], { env });
}
