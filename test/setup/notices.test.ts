import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { bundles, COPIED } from '../../esbuild.mjs';
import { bundledPackages, noticesOf } from '../../src/setup/notices.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const PERMISSIVE = /^(MIT|ISC|0BSD|BSD-[23]-Clause|Apache-2\.0|MIT OR Apache-2\.0)$/;

/** Unchanged files under the licences of weak copyleft and of fonts, of which each has its place in the notices. */
const ALSO = new Map([
  ['@resvg/resvg-wasm', 'MPL-2.0'],
  ['@expo-google-fonts/didact-gothic', 'MIT AND OFL-1.1'],
]);

it('what is bundled is under permissive licences, and each is in the notices', async () => {
  const built = await Promise.all(
    [bundles.webview, bundles.engine, bundles.extension].map((bundle) =>
      build({ ...bundle, write: false, metafile: true, plugins: [] }),
    ),
  );
  const packages = bundledPackages(
    built.map(({ metafile }) => metafile),
    COPIED,
  );
  expect(packages).toContain('node_modules/@vscode/webview-ui-toolkit');
  expect(packages).toContain('node_modules/uplot');
  const text = await noticesOf(root, packages);
  for (const folder of packages) {
    const { name, version, license } = JSON.parse(
      readFileSync(`${root}/${folder}/package.json`, 'utf8'),
    ) as Record<'name' | 'version' | 'license', string>;
    if (ALSO.has(name)) expect(license, name).toBe(ALSO.get(name));
    else expect(license, name).toMatch(PERMISSIVE);
    expect(text).toContain(`${name} ${version}\n${license}`);
  }
  for (const name of ALSO.keys()) expect(text).toContain(`${name} `);
  for (const name of ['onnxruntime-node', 'onnxruntime-web'])
    expect(text, name).toMatch(
      new RegExp(`${name} [\\d.]+\\nMIT\\n\\nMIT License\\n\\n.*Microsoft Corporation`),
    );
  expect(text).toContain('https://github.com/linebender/resvg');
  expect(text).toContain('Permission is hereby granted');
});
