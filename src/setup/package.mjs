/**
 * `npm run package [-- TARGET [--complete]]`: builds a VSIX for one platform, by default this machine's (`win32-x64`, `darwin-arm64`, ...),
 * or for VS Code in a browser (`web`).
 * A universal VSIX would contain every platform's native library. Fails for a package without an engine. What sets TensorFlow up without tools is built
 * on a machine of the target alone, by prebuild.mjs: for this machine's target that is done here; with `--complete` a package without it is a failure.
 */
import { join } from 'node:path';
import { handOver } from './hand-over.mjs';
import { engineProblems, prebuiltProblems, WEB_TARGET } from './package-engines.mjs';
import { prebuildHere } from './prebuild.mjs';
import { run, say } from './run.mjs';
import { command, projectRoot } from './setup.mjs';

const here = `${process.platform}-${process.arch}`;
const isComplete = process.argv.includes('--complete');
const target = process.argv.slice(2).find((argument) => !argument.startsWith('-')) ?? here;
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
  if (target === here)
    await prebuildHere({ withCuda: false }).catch((/** @type {Error} */ { message }) =>
      say(`TensorFlow's binding was not built: ${message}`),
    );
  const built = await handOver(process.execPath, ['esbuild.mjs', `--target=${target}`], inProject);
  if (built !== 0) return built;
  const listed = await run(process.execPath, [vsce, 'ls', '--no-dependencies', ...ignored], inProject);
  const files = listed.output.split(/\r?\n/);
  const problems = engineProblems(files, target);
  if (listed.code !== 0 || problems.length > 0) {
    say(`the package for ${target} would have no engine:\n${[...problems, listed.output].join('\n')}`);
    return 1;
  }
  const withoutBinding = prebuiltProblems(files, target);
  if (withoutBinding.length > 0) {
    say(`the package for ${target} sets TensorFlow up with python3, pip and g++ alone: ${withoutBinding[0]}`);
    if (isComplete) return 1;
  }
  return handOver(process.execPath, [vsce, 'package', '--target', target, ...options], inProject);
});
