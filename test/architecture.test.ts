/** Who may import whom (ARCHITECTURE.md, "Folders"), on what esbuild really bundles and on the source text. */
import { readFile, readdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { build } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundles } from '../esbuild.mjs';

const root = resolve(__dirname, '..');
let sources: { path: string; text: string }[];

beforeAll(async () => {
  const files = await Promise.all(
    ['src', 'webview'].map((folder) => readdir(join(root, folder), { recursive: true, withFileTypes: true })),
  );
  const paths = files
    .flat()
    .filter((entry) => entry.isFile() && /\.(ts|mjs)$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
  sources = await Promise.all(
    paths.map(async (path) => ({ path, text: await readFile(join(root, path), 'utf8') })),
  );
});

/** What a source imports at run time: type-only imports are erased. */
function imports(text: string): string[] {
  const statements = text.matchAll(
    /^(?:import|export)\s+(?!type\b)[^;]*?from\s+'([^']+)'|import\('([^']+)'\)|^import '([^']+)'/gms,
  );
  return [...statements].map((match) => match[1] ?? match[2] ?? match[3]!);
}

/** Top folder under src (or `webview`) that an import leads to; a package's name otherwise. */
function target(path: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  const parts = join(path, '..', specifier).replaceAll('\\', '/').split('/');
  return parts[0] === 'src' && parts.length > 2 ? `src/${parts[1]}` : parts[0]!;
}

const allowed: Record<string, RegExp> = {
  'src/download': /^(src\/download|node:.*)$/,
  'src/random': /^src\/random$/,
  'src/latent': /^src\/latent$/,
  'src/text': /^src\/text$/,
  'src/statistics': /^src\/statistics$/,
  'src/paper': /^src\/paper$/,
  'src/vae': /^(src\/vae|@tensorflow\/tfjs-core)$/,
  'src/trace': /^(src\/trace|@tensorflow\/tfjs-core(\/dist\/.*)?)$/,
  'src/engine': /^(src\/(vae|trace|engine)|node:.*|@tensorflow\/.*|onnxruntime-node\/package\.json)$/,
  'src/data': /^(src\/(data|random)|node:.*|@jsquash\/.*|jpeg-js|hyparquet.*)$/,
  'src/runs': /^(src\/runs|node:.*|zod)$/,
  'src/protocol': /^src\/protocol$/,
  'src/endpoint': /^(src\/(endpoint|protocol|runs|setup)|node:.*)$/,
  'src/export': /^src\/(export|runs|engine|latent|train)$|^node:.*$/,
  'src/train': /^(src\/(train|engine|data|runs|random|latent|statistics|vae))$/,
  'src/worker':
    /^(src\/(worker|train|data|engine|runs|latent|endpoint|protocol|setup|text)|package\.json|\.\.|node:.*)$/,
  'src/cli':
    /^(src\/(cli|worker|train|data|engine|export|paper|runs|endpoint|protocol|setup|download|text)|package\.json|node:.*|commander)$/,
  'src/host': /^(src\/(host|protocol|endpoint|runs|setup|download|text)|vscode|node:.*|zod)$/,
  'src/setup': /^(src\/setup|node:.*)$/,
  webview: /^(webview|src\/(protocol|paper)|uplot.*|gifenc|@vscode\/.*)$/,
};

describe('each folder imports only what it may', () => {
  test.each(Object.entries(allowed))('%s', (folder, rule) => {
    const wrong = sources
      .filter(({ path }) => path.startsWith(`${folder}/`))
      .flatMap(({ path, text }) =>
        imports(text)
          .map((specifier) => target(path, specifier))
          .filter((to) => !rule.test(to))
          .map((to) => `${path} -> ${to}`),
      );
    expect(wrong).toEqual([]);
  });
});

test('every folder of src has its rule', () => {
  const folders = new Set(
    sources.map(({ path }) => path.split('/').slice(0, 2).join('/')).filter((f) => f.startsWith('src/')),
  );
  folders.delete('src/extension.ts');
  expect([...folders].filter((folder) => !(folder in allowed))).toEqual([]);
});

test('only the host imports vscode', () => {
  const importing = sources.filter(({ text }) => imports(text).includes('vscode')).map(({ path }) => path);
  expect(importing.filter((path) => !path.startsWith('src/host/') && path !== 'src/extension.ts')).toEqual(
    [],
  );
});

test('each heavy runtime is imported in exactly one file', () => {
  for (const runtime of ['@tensorflow/tfjs-node', 'onnxruntime-node', '@vscode/webview-ui-toolkit']) {
    const importing = sources.filter(({ text }) =>
      imports(text).some((specifier) => specifier.startsWith(runtime)),
    );
    expect(importing.map(({ path }) => path)).toHaveLength(1);
  }
});

/** Who opens files by itself, and which; run folders, and what lies beside them, are in the hands of src/runs/guarded-files.ts alone. */
const opensFiles: Readonly<Record<string, readonly string[]>> = {
  'of runs, guarded': [
    'src/runs/atomic.ts',
    'src/runs/guarded-files.ts',
    'src/runs/guarded-path.ts',
    'src/runs/lock-chain.ts',
    // Writes to what was opened there.
    'src/worker/log.ts',
  ],
  'of the system': [
    'src/cli/closed-output.ts',
    'src/engine/processor.ts',
    'src/runs/machine.ts',
    'src/runs/processStart.ts',
  ],
  'of the product, or private to the user': [
    'src/data/codecs/wasm-file.ts',
    'src/data/decoding/decoder.ts',
    'src/endpoint/record.ts',
    'src/endpoint/runtime.ts',
    'src/endpoint/server.ts',
    'src/engine/onnx/runtime.ts',
    'src/engine/tensorflow/engine.ts',
    'src/engine/tensorflow/probe.ts',
    'src/engine/tensorflow/session.ts',
    'src/worker/drawChunks.ts',
    'src/worker/layoutWork.ts',
  ],
  'of datasets, and their cache': ['src/data/', 'src/download/'],
  'that a person names': [
    'src/cli/commands/',
    'src/cli/datasetOptions.ts',
    'src/cli/files.ts',
    'src/cli/reproduce.ts',
    'src/cli/runArgument.ts',
    'src/cli/write-output.ts',
    'src/export/onnx.ts',
    'src/host/commands/datasetSource.ts',
    'src/host/commands/directionSets.ts',
    'src/host/commands/imageFolders.ts',
    'src/host/commands/labelTables.ts',
    'src/host/commands/showOnMap.ts',
    'src/host/files.ts',
  ],
};

test('files are opened where it is known whose they are', () => {
  const known = Object.values(opensFiles).flat();
  const opening = sources
    .filter(
      ({ path, text }) =>
        path.endsWith('.ts') && imports(text).some((from) => /^(node:)?fs(\/|$)/.test(from)),
    )
    .map(({ path }) => path);
  expect(opening.filter((path) => !known.some((each) => path.startsWith(each)))).toEqual([]);
  expect(known.filter((each) => !opening.some((path) => path.startsWith(each)))).toEqual([]);
});

test('no source file is over 300 lines', () => {
  const long = sources.filter(({ text }) => text.split('\n').length > 300).map(({ path }) => path);
  expect(long).toEqual([]);
});

async function inputsOf(name: string): Promise<string[]> {
  const { metafile } = await build({
    ...bundles[name],
    ...{ write: false, metafile: true, logLevel: 'silent', plugins: [] },
  });
  return Object.values(metafile.outputs).flatMap((output) =>
    Object.entries(output.inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([path]) => path),
  );
}

test('dist/extension.js has not a byte of a tensor library, nor of the model', async () => {
  const inputs = await inputsOf('extension');
  expect(inputs.length).toBeGreaterThan(10);
  expect(
    inputs.filter((path) =>
      /@tensorflow|onnxruntime|src\/(vae|trace|engine|train|data|worker|cli)\//.test(path),
    ),
  ).toEqual([]);
});

test('the webview has nothing of Node and nothing of src but the protocol and the paper', async () => {
  const inputs = await inputsOf('webview');
  expect(
    inputs.filter((path) => /(^|\/)src\//.test(path) && !/node_modules|src\/(protocol|paper)\//.test(path)),
  ).toEqual([]);
});
