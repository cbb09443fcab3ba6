/**
 * `npm run package [-- TARGET]`: builds a VSIX for one platform, by default this machine's (`win32-x64`, `darwin-arm64`, ...),
 * or for VS Code in a browser (`web`).
 * A universal VSIX would contain every platform's native library. Fails for a package without an engine.
 */
import { join } from 'node:path';
import { handOver } from './hand-over.mjs';
import { engineProblems, WEB_TARGET } from './package-engines.mjs';
import { run, say } from './run.mjs';
import { command, projectRoot } from './setup.mjs';

const target = process.argv[2] ?? `${process.platform}-${process.arch}`;
const vsce = join(projectRoot, 'node_modules/@vscode/vsce/vsce');
const ignored = target === WEB_TARGET.name ? ['--ignoreFile', WEB_TARGET.ignoreFile] : [];
const options = [
  '--no-dependencies',
  '--allow-missing-repository',
  '--no-rewrite-relative-links',
  ...ignored,
];

await command(async () => {
  const inProject = { cwd: projectRoot };
  const built = await handOver(process.execPath, ['esbuild.mjs', `--target=${target}`], inProject);
  if (built !== 0) return built;
  const listed = await run(process.execPath, [vsce, 'ls', '--no-dependencies', ...ignored], inProject);
  const problems = engineProblems(listed.output.split(/\r?\n/), target);
  if (listed.code !== 0 || problems.length > 0) {
    say(`the package for ${target} would have no engine:\n${[...problems, listed.output].join('\n')}`);
    return 1;
  }
  return handOver(process.execPath, [vsce, 'package', '--target', target, ...options], inProject);
});
