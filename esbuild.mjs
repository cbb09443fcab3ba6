// Bundles the product: `node esbuild.mjs [--watch] [--metafile] [--target=PLATFORM-ARCH]`. Each output is self-contained: of
// node_modules only files that are copied are shipped.
import { build, context, transform } from 'esbuild';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, cp, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundledPackages, noticesOf } from './src/setup/notices.mjs';
import { WHEELS } from './src/setup/pins.mjs';
import { prebuiltFolder, shippedSources, sourcesInPackages } from './src/setup/sources.mjs';

const root = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
/** @param {string} name */
const folderOf = (name) => dirname(require.resolve(`${name}/package.json`));

const target = process.argv.find((argument) => argument.startsWith('--target='))?.slice(9);
const isForPackage = target !== undefined;
/** Longer than a program runs that began before a build. In ms. */
const OLD_CHUNK_MS = 7 * 24 * 3600_000;

/** @type {import('esbuild').BuildOptions} */
const shared = {
  absWorkingDir: root,
  bundle: true,
  minify: !process.argv.includes('--watch'),
  sourcemap: process.argv.includes('--watch'),
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
  keepNames: true,
};

/** tfjs-node's own code asks for the whole of tfjs (layers, webgl, ...) but uses only its core. */
const tensors = { '@tensorflow/tfjs': '@tensorflow/tfjs-core' };

/**
 * Writes the chunks of a split build as CommonJS, which VS Code loads and esbuild does not split: what is imported only when it is first
 * needed stays out of the files that are read at a start. Chunks of earlier builds stay for a while, since a training that runs may still
 * import one; a package has none of them.
 * @type {import('esbuild').Plugin}
 */
const chunksAsCommonJs = {
  name: 'chunks as CommonJS',
  setup({ initialOptions: { outdir = '', chunkNames = '' }, onStart, onEnd }) {
    const folder = join(root, outdir, dirname(chunkNames));
    const prefix = basename(chunkNames).split('[')[0] ?? '';
    onStart(async () => {
      const names = await readdir(folder).catch(() => []);
      for (const path of names.filter((name) => name.startsWith(prefix)).map((name) => join(folder, name)))
        if (isForPackage || Date.now() - (await stat(path)).mtimeMs > OLD_CHUNK_MS)
          await rm(path, { force: true });
    });
    onEnd(async ({ outputFiles }) => {
      for (const { path, text } of outputFiles ?? []) {
        const { code } = await transform(text, {
          format: 'cjs',
          minify: shared.minify ?? false,
          platform: 'node',
        });
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, requireChunks(code));
      }
    });
  },
};

/**
 * Loads other chunks by `require`, later as before: for an `import` of a CommonJS file, Node starts its loader of modules and looks through
 * the text for names, a third of the time of a short command.
 * @param {string} code
 */
function requireChunks(code) {
  return code.replace(
    /\bimport\(("\.{1,2}\/[^"]+\.c?js")\)/g,
    (_, file) => `Promise.resolve().then(() => require(${file}))`,
  );
}

/**
 * Leaves out the package's own table of decompressors, which we do not use: as it is loaded it starts WebAssembly, for which V8
 * reserves 10 GB of address space, more than some systems allow a process.
 * @type {import('esbuild').Plugin}
 */
const noEagerWasm = {
  name: 'no WebAssembly before it is needed',
  setup({ onResolve }) {
    const folder = join(folderOf('hyparquet-compressors'), 'src');
    onResolve({ filter: /^(hyparquet-compressors|\.\/compressors\.js)$/ }, ({ path, importer }) => {
      if (path.startsWith('.') && dirname(importer) !== folder) return null;
      return { path: join(folder, path.startsWith('.') ? 'compressors.js' : 'index.js'), sideEffects: false };
    });
  },
};

/**
 * Leaves out what TensorFlow.js would fetch models with in versions of Node that have no `fetch`: a third of a megabyte.
 * @type {import('esbuild').Plugin}
 */
const noOldFetch = {
  name: 'no fetch of its own',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node-fetch$/ }, ({ path }) => ({ path, namespace: 'no fetch' }));
    onLoad({ filter: /.*/, namespace: 'no fetch' }, () => ({ contents: 'module.exports = undefined;' }));
  },
};

/** What of the SDK of the Model Context Protocol is never used here, by what imports name it, and what stands in its place. */
const UNUSED_OF_MCP = {
  // Checks what a person fills into a form, which we never ask for.
  '../validation/ajv-provider.js': 'export class AjvJsonSchemaValidator {}',
  // For schemas of an older Zod.
  'zod/v3': '',
  'zod-to-json-schema': 'export const zodToJsonSchema = undefined;',
};

/**
 * Leaves out what the server of the Model Context Protocol does not use, half of its bytes, and gives it our own Zod: esbuild runs that
 * when it is first imported, which it misses of the package's other entries.
 * @type {import('esbuild').Plugin}
 */
const leanMcp = {
  name: 'lean server of the Model Context Protocol',
  setup({ onResolve, onLoad }) {
    /** @param {string} importer */
    const isOfSdk = (importer) => importer.includes('@modelcontextprotocol');
    onResolve(
      { filter: /^(\.\.\/validation\/ajv-provider\.js|zod\/v3|zod-to-json-schema)$/ },
      ({ path, importer }) => (isOfSdk(importer) ? { path, namespace: 'unused', sideEffects: false } : null),
    );
    onLoad({ filter: /.*/, namespace: 'unused' }, ({ path }) => ({
      contents: UNUSED_OF_MCP[/** @type {keyof typeof UNUSED_OF_MCP} */ (path)],
    }));
    onResolve({ filter: /^zod\/v4(-mini)?$/ }, ({ importer }) =>
      isOfSdk(importer) ? { path: join(folderOf('zod'), 'index.js') } : null,
    );
  },
};

/**
 * Leaves out the WebAssembly backend's threads, which a webview does not allow.
 * @type {import('esbuild').Plugin}
 */
const noThreads = {
  name: 'no threads',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/tfjs-backend-wasm-threaded-simd(\.worker)?\.js$/ }, ({ path }) => ({
      path,
      namespace: 'no threads',
    }));
    onLoad({ filter: /.*/, namespace: 'no threads' }, () => ({
      contents: 'export const wasmWorkerContents = ""; export default null;',
    }));
  },
};

/**
 * Removes the chunks of the build before, whose names nobody refers to any more.
 * @type {import('esbuild').Plugin}
 */
const noOldChunks = {
  name: 'no old chunks',
  setup({ initialOptions: { outdir = '', write }, onStart }) {
    if (write === false) return;
    onStart(() => rm(join(root, outdir, 'explorer'), { recursive: true, force: true }));
  },
};

/** All of the explorer but its styles and what it imports later. */
const EXPLORER_START = 'webview/workbench/start.tsx';

/**
 * Lets what is imported later import the page itself, which has run by then: so all that a page shares with its later parts is one chunk.
 * Otherwise there is a chunk for each set of parts that share something, and a page is read in thirty pieces.
 * @type {import('esbuild').Plugin}
 */
const oneCore = {
  name: 'one chunk for what the parts share',
  setup({ onResolve, onLoad, resolve }) {
    onResolve({ filter: /^\./ }, async ({ kind, path, importer, resolveDir, pluginData }) => {
      if (kind !== 'dynamic-import' || pluginData === oneCore) return null;
      const part = await resolve(path, { kind, importer, resolveDir, pluginData: oneCore });
      return { path: part.path, namespace: 'part', errors: part.errors };
    });
    onLoad({ filter: /.*/, namespace: 'part' }, ({ path }) => ({
      contents: [join(root, EXPLORER_START), path]
        .map((from, i) => `${i === 0 ? 'import' : 'export * from'} ${JSON.stringify(from)};`)
        .join('\n'),
      resolveDir: root,
    }));
  },
};

/**
 * Writes script and styles of the page that a run is exported as into one file, page.html, beside the engine: `vae export` puts the data into
 * its place. The policy names both by their hashes and allows nothing else: whatever else came into the page would not run. An empty
 * style element is the one by which the widget library probes the browser.
 * @type {import('esbuild').Plugin}
 */
const intoOnePage = {
  name: 'one page',
  setup({ initialOptions: { outdir = '' }, onEnd }) {
    onEnd(async ({ outputFiles = [] }) => {
      const textOf = (/** @type {string} */ end) =>
        outputFiles.find(({ path }) => path.endsWith(end))?.text.trimEnd() ?? '';
      const [script, style] = [textOf('.js'), textOf('.css')];
      if (script === '') return;
      for (const end of ['</script', '<script', '{{data}}'])
        if (script.includes(end) || style.includes(end)) throw new Error(`the page's bundle holds ${end}`);
      const folder = resolve(root, outdir);
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'page.html'), pageOf(script, style));
    });
  },
};

/** @param {string} script @param {string} style */
function pageOf(script, style) {
  const hashOf = (/** @type {string} */ text) =>
    `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)} 'wasm-unsafe-eval'`,
    `style-src ${hashOf(style)} ${hashOf('')}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Latent Explorer</title>
<style>${style}</style>
</head>
<body>
<div id="app"><p class="page-starting">Opening the page…</p></div>
<noscript>This page needs JavaScript. It loads nothing and sends nothing.</noscript>
<script type="application/octet-stream" id="data">{{data}}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** @type {import('esbuild').BuildOptions} */
const page = {
  ...shared,
  outdir: 'dist/webview',
  platform: 'browser',
  target: 'es2022',
  tsconfig: 'webview/tsconfig.json',
  loader: { '.ttf': 'file' },
  // Names of functions are a twentieth of a page's script.
  keepNames: false,
};

/**
 * How what runs in an engine's processes is bundled; for one program in a file of its own, with an `outfile`.
 * @type {import('esbuild').BuildOptions}
 */
export const engineProgram = {
  ...shared,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  alias: tensors,
  plugins: [noEagerWasm, leanMcp, noOldFetch],
  // The codecs' and ONNX Runtime's files lie beside the bundle.
  define: { 'import.meta.url': '__bundleUrl' },
  banner: { js: "const __bundleUrl=require('node:url').pathToFileURL(__filename).href;" },
};

/**
 * What stands in for Node's modules where VS Code runs in a browser, by their names; all others are refused.
 * @type {Readonly<Record<string, string>>}
 */
const NODE_IN_BROWSER = {
  buffer: 'buffer',
  crypto: 'crypto',
  events: 'events',
  fs: 'fs',
  'fs/promises': 'fs-promises',
  os: 'os',
  path: 'path',
  process: 'process',
  'timers/promises': 'timers-promises',
  url: 'url',
  worker_threads: 'worker-threads',
  zlib: 'zlib',
};

/** Modules whose functions nothing in a browser may reach: each throws an error that says so. */
const ABSENT_IN_BROWSER = [
  ...[
    'child_process',
    'http',
    'https',
    'module',
    'net',
    'readline',
    'stream',
    'stream/promises',
    'tls',
    'tty',
    'util',
  ],
];

/** What stands in for modules of ours in the engine's worker. @type {Readonly<Record<string, string>>} */
const ENGINE_IN_BROWSER = {
  'src/cli/command-table.ts': 'engine/command-table.ts',
  'src/datasets/image-files/file-starts.ts': 'engine/file-starts.ts',
  'src/datasets/rows/file-rows.ts': 'engine/file-rows.ts',
  'src/datasets/shared-memory.ts': 'engine/shared-memory.ts',
  'src/endpoint/memory-watch.ts': 'engine/memory-watch.ts',
  'src/endpoint/server.ts': 'engine/endpoint-server.ts',
  'src/engine-process/jobs/load-options.ts': 'engine/load-options.ts',
  'src/engine/choose.ts': 'engine/choose.ts',
  'src/engine/onnx/wasm-files.ts': 'engine/wasm-files.ts',
  'src/images/decoding/worker-bundle.ts': 'engine/worker-bundle.ts',
  'src/runs/host-identity.ts': 'engine/host-identity.ts',
  'src/runs/process-start.ts': 'engine/process-start.ts',
  'src/setup/ignored-signals.mjs': 'engine/ignored-signals.mjs',
  'src/setup/process-alive.mjs': 'engine/process-alive.mjs',
};

/** The same in the extension host. @type {Readonly<Record<string, string>>} */
const HOST_IN_BROWSER = {
  'src/endpoint/client.ts': 'host/client.ts',
  'src/endpoint/engine-process.ts': 'host/engine-process.ts',
  'src/endpoint/memory-watch.ts': 'engine/memory-watch.ts',
  'src/endpoint/record.ts': 'host/ended-by-user.ts',
  'src/endpoint/run-vae.ts': 'host/run-vae.ts',
  'src/endpoint/start-engine.ts': 'host/start-engine.ts',
  'src/endpoint/stop-engine.ts': 'host/stop-engine.ts',
  'src/host/in-browser.ts': 'host/in-browser.ts',
  'src/host/local-files.ts': 'host/local-files.ts',
  'src/runs/host-identity.ts': 'engine/host-identity.ts',
  'src/runs/process-start.ts': 'engine/process-start.ts',
  'src/setup/process-alive.mjs': 'host/process-alive.ts',
};

/**
 * Puts what stands in for a module in its place, except where the stand-in itself imports it.
 * @param {Readonly<Record<string, string>>} own by path, of modules of ours
 * @returns {import('esbuild').Plugin}
 */
const inBrowser = (own) => ({
  name: 'stand-ins for what a browser lacks',
  setup({ onResolve, resolve: resolveImport }) {
    const web = join(root, 'src/web');
    onResolve({ filter: /^(node:)?[a-z_]+(\/promises)?$/ }, ({ path }) => {
      const name = path.replace(/^node:/, '');
      const standIn = NODE_IN_BROWSER[name];
      if (standIn !== undefined) return { path: join(web, 'node', `${standIn}.ts`), sideEffects: false };
      if (ABSENT_IN_BROWSER.includes(name)) return { path: join(web, 'node/absent.ts'), sideEffects: false };
      return null;
    });
    onResolve({ filter: /^\./ }, async ({ kind, path, importer, resolveDir, pluginData }) => {
      if (pluginData === own) return null;
      const found = await resolveImport(path, { kind, importer, resolveDir, pluginData: own });
      const standIn = own[relative(root, found.path).replaceAll('\\', '/')];
      if (standIn === undefined || importer === join(web, standIn)) return null;
      return { path: join(web, standIn) };
    });
  },
});

/**
 * How what runs where VS Code runs in a browser is bundled.
 * @type {import('esbuild').BuildOptions}
 */
const inWeb = {
  ...shared,
  outdir: 'dist/web',
  platform: 'browser',
  target: 'es2022',
  inject: ['src/web/node/globals.ts'],
};

/** ONNX Runtime's script without the parts for graphics cards, and without its module. */
const wasmOnly = { 'onnxruntime-web': join(root, 'node_modules/onnxruntime-web/dist/ort.wasm.min.mjs') };

/** @type {Record<string, import('esbuild').BuildOptions>} */
export const bundles = {
  extension: {
    ...shared,
    entryPoints: { extension: 'src/extension.ts' },
    outdir: 'dist',
    // Their folder has nothing else.
    chunkNames: 'host/[name]-[hash]',
    platform: 'node',
    format: 'esm',
    splitting: true,
    target: 'node20',
    external: ['vscode'],
    sourcemap: false,
    write: false,
    plugins: [chunksAsCommonJs],
  },
  engine: {
    ...engineProgram,
    entryPoints: {
      worker: 'src/engine-process/main.ts',
      vae: 'src/cli/main.ts',
      chunks: 'src/engine-process/jobs/minibatch-worker.ts',
      layout: 'src/engine-process/map/umap-worker.ts',
      pictures: 'src/images/decoding/decode-worker.ts',
      parquet: 'src/datasets/parquet/parquet-worker.ts',
      mcp: 'src/cli/mcp/serve.ts',
    },
    outdir: 'dist/engine',
    // Beside the entry points, since each finds the codecs' files beside itself.
    chunkNames: 'chunk-[hash]',
    outExtension: { '.js': '.cjs' },
    format: 'esm',
    splitting: true,
    write: false,
    plugins: [...(engineProgram.plugins ?? []), chunksAsCommonJs],
  },
  // VS Code in a browser loads one file.
  webExtension: {
    ...inWeb,
    entryPoints: { extension: 'src/web/extension.ts' },
    format: 'cjs',
    external: ['vscode'],
    plugins: [inBrowser(HOST_IN_BROWSER)],
  },
  webEngine: {
    ...inWeb,
    entryPoints: { engine: 'src/web/engine/main.ts' },
    format: 'iife',
    alias: { ...tensors, ...wasmOnly },
    define: { 'import.meta.url': '"file:///.latent-explorer-web/assets/engine.js"' },
    plugins: [inBrowser(ENGINE_IN_BROWSER), noEagerWasm, noOldFetch],
  },
  // Its tabs are chunks, which the page imports when they are first needed.
  explorer: {
    ...page,
    entryPoints: { explorer: 'webview/explorer.tsx' },
    chunkNames: 'explorer/[name]-[hash]',
    format: 'esm',
    splitting: true,
    plugins: [noOldChunks, oneCore],
  },
  webview: {
    ...page,
    entryPoints: {
      interpolation: 'webview/interpolation.tsx',
      compare: 'webview/compare.tsx',
      dataset: 'webview/dataset.tsx',
      sweep: 'webview/sweep.tsx',
      decoder: 'webview/decoder/decoder-script.ts',
    },
    format: 'iife',
    plugins: [noThreads],
  },
  // The page that a run is exported as: one file, with the decoder and its WebAssembly inside.
  page: {
    ...page,
    entryPoints: { page: 'webview/web-page.tsx' },
    outdir: 'dist/engine',
    format: 'iife',
    loader: { '.wasm': 'binary' },
    write: false,
    plugins: [noThreads, intoOnePage],
  },
};

/** Packages of which only files are copied. */
export const COPIED = [
  '@jsquash/png',
  'onnxruntime-node',
  'onnxruntime-web',
  '@tensorflow/tfjs-node',
  'node-api-headers',
  '@expo-google-fonts/didact-gothic',
];

/** Binary files that the engine bundle loads from its own folder. */
export const engineAssets = [
  join(folderOf('@jsquash/png'), 'codec/pkg/squoosh_png_bg.wasm'),
  join(folderOf('@jsquash/jpeg'), 'codec/dec/mozjpeg_dec.wasm'),
  join(folderOf('@jsquash/webp'), 'codec/dec/webp_dec.wasm'),
  join(folderOf('@jsquash/avif'), 'codec/dec/avif_dec.wasm'),
  join(folderOf('@jsquash/jxl'), 'codec/dec/jxl_dec.wasm'),
  require.resolve('@resvg/resvg-wasm/index_bg.wasm'),
  join(folderOf('@expo-google-fonts/didact-gothic'), '400Regular/DidactGothic_400Regular.ttf'),
];

/** The WebAssembly file that the explorer's decoder is run by. */
export const webviewAssets = [
  join(folderOf('@tensorflow/tfjs-backend-wasm'), 'dist/tfjs-backend-wasm-simd.wasm'),
];

/** ONNX Runtime in WebAssembly, for every platform: the module, and the script that starts it and its threads. */
const wasmRuntime = ['wasm', 'mjs'].map((extension) =>
  require.resolve(`onnxruntime-web/ort-wasm-simd-threaded.${extension}`),
);

/** What the engine of VS Code in a browser reads: the decoders of images, ONNX Runtime in WebAssembly, and the page of a run. */
export const webAssets = [...engineAssets.filter((file) => file.includes('@jsquash')), ...wasmRuntime];

/** Copies what that engine reads into its folder. @param {string} folder */
export async function copyWebAssets(folder) {
  await mkdir(folder, { recursive: true });
  for (const file of webAssets) await copyFile(file, join(folder, basename(file)));
}

/** Copies what the webviews' bundles load into their folder. @param {string} folder */
export async function copyWebviewAssets(folder) {
  await mkdir(folder, { recursive: true });
  for (const file of webviewAssets) await copyFile(file, join(folder, basename(file)));
}

/**
 * Copies what the engine bundle loads into its folder: the binary files, ONNX Runtime in WebAssembly and for one platform, where there
 * is one, the JAX engine's Python, and what TensorFlow's binding is built from, where it can be.
 * @param {string} folder
 * @param {string} [target] `PLATFORM-ARCH`, as in process.platform and process.arch
 */
export async function copyEngineAssets(folder, target = `${process.platform}-${process.arch}`) {
  await mkdir(folder, { recursive: true });
  for (const file of engineAssets) await copyFile(file, join(folder, basename(file)));
  const native = join(folder, 'onnxruntime');
  // Not written over: a process that has the library open would read the new bytes in the old one's place.
  await rm(native, { recursive: true, force: true });
  const source = join(folderOf('onnxruntime-node'), 'bin/napi-v6', ...target.split('-'));
  const files = (await readdir(source).catch(() => [])).filter((name) => NATIVE.test(name));
  if (files.length > 0) await mkdir(join(native, target), { recursive: true });
  for (const name of files) await copyFile(join(source, name), join(native, target, name));
  await mkdir(join(native, 'wasm'), { recursive: true });
  for (const file of wasmRuntime) await copyFile(file, join(native, 'wasm', basename(file)));
  await rm(join(folder, 'python'), { recursive: true, force: true });
  await cp(join(root, 'python'), join(folder, 'python'), {
    recursive: true,
    filter: (path) => !path.includes('__pycache__'),
  });
  const to = shippedSources(folder);
  for (const part of [to.binding, to.headers, to.loader, to.prebuilt])
    await rm(part, { recursive: true, force: true });
  if (!(target in WHEELS)) return;
  await copyBindingSources(to);
  const prebuilt = prebuiltFolder(root, target);
  if (existsSync(prebuilt)) await cp(prebuilt, to.prebuilt, { recursive: true });
}

/** @param {import('./src/setup/sources.mjs').Sources} to */
async function copyBindingSources(to) {
  const from = sourcesInPackages(join(root, 'node_modules'));
  const licenses = {
    binding: join(root, 'src/setup/licenses/Apache-2.0.txt'),
    headers: join(folderOf('node-api-headers'), 'LICENSE'),
  };
  for (const part of /** @type {const} */ (['binding', 'headers'])) {
    await mkdir(to[part], { recursive: true });
    const names = (await readdir(from[part])).filter((name) => /\.(cc|h)$/.test(name));
    for (const name of names) await copyFile(join(from[part], name), join(to[part], name));
    await copyFile(licenses[part], join(to[part], 'LICENSE'));
  }
  await cp(from.loader, to.loader, { recursive: true });
}

/** The binding and the library by the name it is linked to; the package also has DirectX for graphics cards. */
const NATIVE =
  /^(onnxruntime_binding\.node|libonnxruntime\.so\.1|libonnxruntime\.1\.dylib|onnxruntime\.dll)$/;

async function main() {
  await copyEngineAssets(join(root, 'dist/engine'), target);
  await copyWebviewAssets(join(root, 'dist/webview'));
  await copyWebAssets(join(root, 'dist/web'));
  if (process.argv.includes('--watch')) {
    for (const options of Object.values(bundles)) await (await context(options)).watch();
    return;
  }
  const results = await Promise.all(Object.values(bundles).map((options) => build(options)));
  // A run is exported as a page in a browser, too.
  await copyFile(join(root, 'dist/engine/page.html'), join(root, 'dist/web/page.html'));
  const packages = bundledPackages(
    results.map((result) => /** @type {import('esbuild').Metafile} */ (result.metafile)),
    COPIED,
  );
  await writeFile(join(root, 'dist/THIRD-PARTY-NOTICES.txt'), await noticesOf(root, packages));
  if (process.argv.includes('--metafile')) {
    const names = Object.keys(bundles);
    const inputs = Object.fromEntries(results.map((result, i) => [names[i], result.metafile]));
    await writeFile(join(root, 'dist/meta.json'), JSON.stringify(inputs));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
