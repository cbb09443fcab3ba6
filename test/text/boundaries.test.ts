/** Text that may quote files reaches logs, terminals and notifications through a few doors, each of which cleans it. */
import { readFile, readdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(__dirname, '../..');

/** What only these files may say: a pattern of the sources, and the files. */
const doors: [string, RegExp, RegExp][] = [
  ['notifications', /\.show(Error|Warning|Information)Message\b/, /^src\/host\/messages\.ts$/],
  ['output channels', /\.createOutputChannel\b/, /^src\/extension\.ts$/],
  ['the console', /\bconsole\s*\./, /^webview\//],
  // TensorFlow's own error lines, which were captured while its library loaded, go on to where the library writes the later ones.
  [
    'standard streams',
    /\bprocess\.std(out|err)\b/,
    /^src\/((cli|engine-process)\/main|engine\/tensorflow\/binding)\.ts$/,
  ],
  // What a thread says, in words of ours alone, before it kills its process, whose other thread computes for ever.
  ['the standard descriptors', /\bwriteSync\(\s*[12]\b/, /^src\/engine\/onnx\/opened\/watchdog\.ts$/],
  // The engine's file is opened for its own process, and named in messages and menus.
  [
    'the log of a run',
    /\bnew RunLog\b|appendFileSync/,
    /^src\/engine-process\/(run-log|main|jobs\/(train|serve)-job)\.ts$/,
  ],
];

test.each(doors)('%s have one door', async (_name, pattern, allowed) => {
  const wrong: string[] = [];
  for (const folder of ['src', 'webview']) {
    const files = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
    // What installs the product runs before anything is built, and prints the words of other programs.
    for (const file of files.filter(({ name }) => name.endsWith('.ts'))) {
      const path = join(file.parentPath, file.name);
      const name = relative(root, path).replaceAll('\\', '/');
      if (pattern.test(await readFile(path, 'utf8')) && !allowed.test(name)) wrong.push(name);
    }
  }
  expect(wrong).toEqual([]);
});
