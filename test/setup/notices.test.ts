import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { bundles } from '../../esbuild.mjs';
import { bundledPackages, noticesOf } from '../../src/setup/notices.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const PERMISSIVE = /^(MIT|ISC|0BSD|BSD-[23]-Clause|Apache-2\.0|MIT OR Apache-2\.0)$/;

it('what is bundled is under permissive licences, and each is in the notices', async () => {
  const { metafile } = await build({ ...bundles.webview, write: false, metafile: true });
  const packages = bundledPackages([metafile], ['onnxruntime-node']);
  expect(packages).toContain('node_modules/@vscode/webview-ui-toolkit');
  expect(packages).toContain('node_modules/uplot');
  const text = await noticesOf(root, packages);
  for (const folder of packages) {
    const { name, version, license } = JSON.parse(
      readFileSync(`${root}/${folder}/package.json`, 'utf8'),
    ) as Record<'name' | 'version' | 'license', string>;
    expect(license, name).toMatch(PERMISSIVE);
    expect(text).toContain(`${name} ${version}\n${license}`);
  }
  expect(text).toContain('Permission is hereby granted');
});
