// Collects the licences of everything bundled as one text: THIRD-PARTY-NOTICES.txt of a VSIX.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Native code inside packages whose licence files do not name it. */
const INSIDE = [
  [
    'MozJPEG, in @jsquash/jpeg',
    'BSD-3-Clause and IJG',
    'https://github.com/mozilla/mozjpeg/blob/master/LICENSE.md',
  ],
  [
    'libwebp, in @jsquash/webp',
    'BSD-3-Clause',
    'https://chromium.googlesource.com/webm/libwebp/+/refs/heads/main/COPYING',
  ],
  [
    'libavif and libaom, in @jsquash/avif',
    'BSD-2-Clause',
    'https://github.com/AOMediaCodec/libavif/blob/main/LICENSE and https://aomedia.googlesource.com/aom/+/refs/heads/main/LICENSE',
  ],
  ['libjxl, in @jsquash/jxl', 'BSD-3-Clause', 'https://github.com/libjxl/libjxl/blob/main/LICENSE'],
  [
    'resvg, in @resvg/resvg-wasm, unchanged',
    'MPL-2.0, with its source',
    'https://github.com/linebender/resvg and https://github.com/yisibl/resvg-js',
  ],
  [
    'XNNPACK, in @tensorflow/tfjs-backend-wasm',
    'BSD-3-Clause',
    'https://github.com/google/XNNPACK/blob/master/LICENSE',
  ],
  ['png (Rust), in @jsquash/png', 'MIT or Apache-2.0', 'https://github.com/image-rs/image-png'],
  [
    'libraries in ONNX Runtime',
    'as its notices say',
    'https://github.com/microsoft/onnxruntime/blob/main/ThirdPartyNotices.txt',
  ],
];
/** Licence texts of packages that come without one, by name. */
const TEXTS = new Map(
  ['onnxruntime-node', 'onnxruntime-web'].map((name) => [
    name,
    fileURLToPath(new URL('licenses/ONNX-Runtime.txt', import.meta.url)),
  ]),
);
const APACHE = fileURLToPath(new URL('licenses/Apache-2.0.txt', import.meta.url));
const RULE = '-'.repeat(80);

/**
 * Returns the packages of node_modules that some bundles were made from, and others by name, sorted.
 * @param {readonly { readonly inputs: Readonly<Record<string, unknown>> }[]} metafiles of esbuild
 * @param {readonly string[]} others names of packages of which only files are copied
 */
export function bundledPackages(metafiles, others) {
  // What a package leaves out of browsers is an empty input of such a name.
  const inputs = metafiles
    .flatMap((metafile) => Object.keys(metafile.inputs))
    .filter((path) => !path.startsWith('(disabled):'));
  const names = inputs.map((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[0].slice(0, -1));
  const folders = others.map((name) => `node_modules/${name}`);
  return [...new Set([...names.filter((name) => name !== undefined), ...folders])].sort();
}

/**
 * Returns the notices of the given packages as one text.
 * @param {string} root the project's folder
 * @param {readonly string[]} packages their folders, relative to it
 */
export async function noticesOf(root, packages) {
  const parts = await Promise.all(packages.map((folder) => notice(join(root, folder))));
  const inside = INSIDE.map(([name, licence, where]) => `${name}\n${licence}: ${where}`);
  const head = 'Latent Explorer contains the following works of others, each under its own licence.';
  const apache = `Apache License 2.0, where it is named above:\n\n${await readFile(APACHE, 'utf8')}`;
  return `${[head, ...parts, ...inside, apache].join(`\n\n${RULE}\n\n`)}\n`;
}

/** @param {string} folder */
async function notice(folder) {
  /** @type {{ name: string, version: string, license?: string, author?: string | { name: string } }} */
  const { name, version, license, author } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const files = await readdir(folder);
  const texts = files.filter((each) => /^licen[cs]e(_font)?(\.(md|txt))?$/i.test(each)).sort();
  const by = typeof author === 'string' ? author : author?.name;
  const vendored = TEXTS.get(name);
  const paths = [...texts.map((file) => join(folder, file)), ...(vendored ? [vendored] : [])];
  const own = await Promise.all(paths.map((file) => readFile(file, 'utf8')));
  const text =
    own.length > 0 ? `\n\n${own.map((each) => each.trim()).join('\n\n')}` : by ? `\nCopyright ${by}` : '';
  return `${name} ${version}\n${license ?? 'licence not stated'}${text}`;
}
