/** Who may import whom (ARCHITECTURE.md, "Folders"), on what esbuild really bundles and on the source text. */
import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { build } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundles } from '../esbuild.mjs';

const root = resolve(__dirname, '..');
let sources: { path: string; text: string }[];
let knownPaths: ReadonlySet<string>;

beforeAll(async () => {
  const files = await Promise.all(
    ['src', 'webview'].map((folder) => readdir(join(root, folder), { recursive: true, withFileTypes: true })),
  );
  const paths = files
    .flat()
    .filter((entry) => entry.isFile() && /\.(tsx?|mjs)$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
  sources = await Promise.all(
    paths.map(async (path) => ({ path, text: await readFile(join(root, path), 'utf8') })),
  );
  knownPaths = new Set(paths);
});

interface Import {
  readonly specifier: string;
  /** Whether it is erased: of types alone. */
  readonly ofTypes: boolean;
}

function allImports(text: string): Import[] {
  const statements = text.matchAll(
    /^(?:import|export)\s+(type\b)?[^;']*?from\s+'([^']+)'|import\('([^']+)'\)|^import '([^']+)'/gms,
  );
  return [...statements].map((match) => ({
    specifier: match[2] ?? match[3] ?? match[4]!,
    ofTypes: match[1] !== undefined,
  }));
}

/** What a source imports at run time. */
const imports = (text: string): string[] =>
  allImports(text)
    .filter(({ ofTypes }) => !ofTypes)
    .map(({ specifier }) => specifier);

/** Top folder under src (or `webview`) that an import leads to; a package's name otherwise. */
function target(path: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  return folderOf(join(path, '..', specifier).replaceAll('\\', '/'));
}

function folderOf(path: string): string {
  const parts = path.split('/');
  return parts[0] === 'src' && parts.length > 2 ? `src/${parts[1]}` : parts[0]!;
}

/** The folders from the bottom up, each with what it may import at run time. */
const allowed: Record<string, RegExp> = {
  'src/setup': /^(src\/setup|node:.*)$/,
  'src/shared': /^src\/shared$/,
  'src/text': /^src\/text$/,
  'src/domain': /^src\/domain$/,
  'src/random': /^src\/random$/,
  'src/columns': /^src\/columns$/,
  'src/latent': /^src\/(latent|domain)$/,
  'src/statistics': /^src\/statistics$/,
  'src/paper': /^src\/paper$/,
  'src/vae': /^(src\/vae|@tensorflow\/tfjs-core)$/,
  'src/trace': /^(src\/trace|@tensorflow\/tfjs-core(\/dist\/.*)?)$/,
  'src/engine':
    /^(src\/(vae|trace|engine|setup)|node:.*|@tensorflow\/.*|onnxruntime-node\/package\.json|onnxruntime-web)$/,
  'src/images': /^(src\/(images|domain|shared)|node:.*|@jsquash\/.*|jpeg-js)$/,
  'src/datasets': /^(src\/(datasets|images|random|columns|domain|setup|shared|text)|node:.*|hyparquet.*)$/,
  'src/runs': /^(src\/(runs|domain|text|setup|shared)|node:.*|zod)$/,
  'src/sweeps': /^(src\/(sweeps|runs|random|domain|text|shared)|node:.*|zod)$/,
  'src/model': /^(src\/(model|runs|datasets|images|engine|random|latent|statistics|vae|domain))$/,
  'src/training': /^(src\/(training|model|runs|datasets|images|engine|random|vae|domain|text))$/,
  'src/protocol': /^(src\/(protocol|domain|text)|zod)$/,
  'src/endpoint': /^(src\/(endpoint|protocol|runs|setup)|node:.*)$/,
  'src/tools': /^(src\/(tools|endpoint|protocol|runs|images|setup|shared|domain|text)|node:.*|zod)$/,
  'src/export':
    /^(src\/(export|model|runs|datasets|images|engine|latent|columns|vae|protocol|domain|text|shared)|node:(timers\/promises|path|url)|hyparquet-writer|fflate)$/,
  'src/download': /^(src\/(download|setup)|node:.*)$/,
  'src/cluster': /^(src\/(cluster|endpoint|runs|setup|domain|text)|package\.json|node:.*|zod|fflate)$/,
  'src/engine-process':
    /^(src\/(engine-process|training|model|datasets|images|engine|runs|latent|columns|endpoint|protocol|setup|text|domain|shared)|package\.json|node:.*)$/,
  'src/cli':
    /^(src\/(cli|cluster|sweeps|engine-process|training|model|datasets|images|engine|columns|export|tools|paper|runs|endpoint|protocol|setup|download|text|domain|shared)|package\.json|node:.*|commander|@resvg\/resvg-wasm|@modelcontextprotocol\/sdk\/.*)$/,
  'src/host':
    /^(src\/(host|cluster|sweeps|tools|domain|shared|protocol|endpoint|runs|setup|download|text)|vscode|node:.*|zod)$/,
  // What stands in for other modules where VS Code runs in a browser: it imports what it stands in for, and what it starts.
  'src/web':
    /^(src\/(web|host|cli|engine-process|endpoint|engine|datasets|images|runs|protocol|shared)|src|vscode|fflate)$/,
  webview:
    /^(webview|src\/(protocol|paper|latent|columns|random|domain|shared|text|vae)|uplot.*|gifenc|mp4-muxer|webm-muxer|preact.*|@preact\/signals|@vscode\/.*|@tensorflow\/tfjs-(core|backend-wasm\/.*))$/,
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

describe('names', () => {
  test('an exported type has one meaning', () => {
    const places = new Map<string, string[]>();
    for (const { path, text } of sources)
      // Stands in for modules of the other folders, under their names.
      if (!path.startsWith('src/web/'))
        for (const [, name] of text.matchAll(/^export (?:abstract )?(?:type|interface|class) (\w+)/gm))
          places.set(name!, [...(places.get(name!) ?? []), path]);
    expect([...places].filter(([, paths]) => paths.length > 1)).toEqual([]);
  });

  test('a limit is called MAX_ or MIN_', () => {
    const wrong = sources.flatMap(({ path, text }) =>
      [
        ...text.matchAll(/^(?:export )?const ((?:MOST|LEAST|LARGEST|SMALLEST|FEWEST|LONGEST|SHORTEST)\w*)/gm),
      ].map(([, name]) => `${path}: ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  test('a file is called in kebab-case', () => {
    expect([...knownPaths].filter((path) => !/^[a-z0-9-]+(\.d)?\.(tsx?|mjs)$/.test(basename(path)))).toEqual(
      [],
    );
  });
});

test.each(['ARCHITECTURE.md', 'CONTRIBUTING.md'])('%s names files that are there', async (name) => {
  const text = await readFile(join(root, name), 'utf8');
  const paths = [...text.matchAll(/`((?:src|webview|test|python|docs)\/[\w./-]+)`/g)].map(
    ([, path]) => path!,
  );
  // In capitals: what a reader fills in.
  const named = paths.filter((path) => !/NAME|FEATURE|TAB/.test(path));
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

/** Paths of the sources that a source imports, of types too. */
function imported({ path, text }: { path: string; text: string }): string[] {
  return allImports(text)
    .filter(({ specifier }) => specifier.startsWith('.'))
    .map(({ specifier }) => join(path, '..', specifier).replaceAll('\\', '/'))
    .flatMap((base) =>
      [base, `${base}.ts`, `${base}.tsx`, `${base}.d.ts`].filter((file) => knownPaths.has(file)),
    );
}

test('no import runs upwards, not of types either', () => {
  const height = (path: string): number => Object.keys(allowed).indexOf(folderOf(path));
  const upwards = sources
    .filter(({ path }) => height(path) >= 0)
    .flatMap((source) =>
      imported(source)
        .filter((to) => height(to) > height(source.path))
        .map((to) => `${source.path} -> ${to}`),
    );
  expect(upwards).toEqual([]);
});

/** Folders of webview/ that others build on, from the bottom up; the rest are sections, which know nothing of each other, and what holds them. */
const WEBVIEW_LAYERS = ['webview/decoder', 'webview/shared', 'webview/map'];
/** The workbench, and the page that is exported. */
const WEBVIEW_HOLDERS = ['webview/workbench', 'webview/web-page'];

test('the sections of the page import each other only through what they share', () => {
  const folder = (path: string): string => path.split('/').slice(0, 2).join('/');
  const mayImport = (from: string, to: string): boolean => {
    if (from === to || WEBVIEW_HOLDERS.includes(from)) return true;
    const below = WEBVIEW_LAYERS.indexOf(to);
    const own = WEBVIEW_LAYERS.indexOf(from);
    return below >= 0 && (own < 0 || below < own);
  };
  const wrong = sources
    .filter(({ path }) => /^webview\/.*\//.test(path))
    .flatMap((source) =>
      imported(source)
        .filter((to) => to.startsWith('webview/') && !mayImport(folder(source.path), folder(to)))
        .map((to) => `${source.path} -> ${to}`),
    );
  expect(wrong).toEqual([]);
});

test('tensors and the model are in one folder of the webview', () => {
  const importing = sources.filter(
    ({ path, text }) =>
      path.startsWith('webview/') &&
      imports(text).some((specifier) => /^(@tensorflow\/|src\/vae$)/.test(target(path, specifier))),
  );
  expect(importing.length).toBeGreaterThan(0);
  expect(importing.map(({ path }) => path).filter((path) => !path.startsWith('webview/decoder/'))).toEqual(
    [],
  );
});

test('no file imports itself by way of others, not for types either', () => {
  const edges = new Map(sources.map((source) => [source.path, imported(source)]));
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) circles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
    if (done.has(path)) return;
    done.add(path);
    for (const to of edges.get(path) ?? []) visit(to, [...trail, path]);
  };
  for (const path of edges.keys()) visit(path, []);
  expect(circles).toEqual([]);
});

test('every folder of src has its rule', () => {
  const folders = new Set(
    sources.map(({ path }) => path.split('/').slice(0, 2).join('/')).filter((f) => f.startsWith('src/')),
  );
  folders.delete('src/extension.ts');
  expect([...folders].filter((folder) => !(folder in allowed))).toEqual([]);
});

test('only the host, and what it is in a browser, imports vscode', () => {
  const importing = sources.filter(({ text }) => imports(text).includes('vscode')).map(({ path }) => path);
  expect(importing.filter((path) => !/^src\/(host|web)\//.test(path) && path !== 'src/extension.ts')).toEqual(
    [],
  );
});

test('each heavy runtime is imported in exactly one file', () => {
  for (const runtime of [
    '@tensorflow/tfjs-node',
    'onnxruntime-node',
    'onnxruntime-web',
    '@vscode/webview-ui-toolkit',
    '@resvg/resvg-wasm',
  ]) {
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
    'src/runs/blocking-calls.ts',
    'src/runs/guarded-files.ts',
    'src/runs/guarded-path.ts',
    'src/runs/lock-chain.ts',
    'src/runs/open-patiently.ts',
    // Writes to what was opened there.
    'src/engine-process/run-log.ts',
  ],
  'of the system': [
    'src/cli/closed-output.ts',
    'src/endpoint/memory-watch.ts',
    'src/engine/own-code.ts',
    'src/engine/processor.ts',
    'src/runs/host-identity.ts',
    'src/runs/process-start.ts',
    // Asks for free space.
    'src/runs/storage.ts',
  ],
  'of the product, or private to the user': [
    'src/cluster/engine-package.ts',
    'src/cluster/target-file.ts',
    'src/images/codecs/asset-file.ts',
    'src/images/decoding/worker-bundle.ts',
    'src/endpoint/private-path.ts',
    'src/endpoint/record.ts',
    'src/endpoint/runtime.ts',
    'src/endpoint/server.ts',
    // Whether the system has a device of a graphics card.
    'src/engine-process/devices/find-adapter.ts',
    'src/engine/jax/compile-cache.ts',
    'src/engine/jax/engine.ts',
    'src/engine/onnx/native-runtime.ts',
    'src/engine/onnx/wasm-files.ts',
    'src/engine/tensorflow/engine.ts',
    'src/engine/tensorflow/probe.ts',
    'src/engine/tensorflow/program-pool.ts',
    'src/engine-process/programs/kept-times.ts',
  ],
  'of datasets, and their cache': ['src/images/read-file.ts', 'src/datasets/', 'src/download/'],
  'that a person names': [
    'src/cli/cluster/packed-images.ts',
    'src/cli/commands/',
    'src/cli/export-folder.ts',
    'src/cli/files.ts',
    'src/cli/model-files.ts',
    'src/cli/probe/class-names-of.ts',
    'src/cli/reproduce.ts',
    'src/cli/run-argument.ts',
    'src/cli/write-output.ts',
    // Removes the picture that it has had drawn.
    'src/host/runs/open-model.ts',
    'src/host/training/dataset-source.ts',
    'src/host/directions/direction-sets.ts',
    'src/host/training/label-tables.ts',
    'src/host/training/train-again.ts',
    'src/host/map/show-on-map.ts',
    'src/host/files.ts',
    'src/tools/confined-path.ts',
    'src/tools/run-of.ts',
    'src/tools/datasets/',
    'src/tools/runs/export-run.ts',
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

/** @param only pattern of the names of the outputs that count */
async function inputsOf(name: string, only = /./): Promise<string[]> {
  const { metafile } = await build({
    ...bundles[name],
    ...{ write: false, metafile: true, logLevel: 'silent', plugins: [] },
  });
  const outputs = Object.entries(metafile.outputs).filter(([path]) => only.test(path));
  return outputs.flatMap(([, output]) =>
    Object.entries(output.inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([path]) => path),
  );
}

/** How pictures are drawn for language models: bytes of ours, none of a file's. */
const DRAWING = /src\/images\/(tiles|data-error|codecs\/png-(encode|chunks))\.ts$/;

test('dist/extension.js has not a byte of a tensor library, nor of the model', async () => {
  const inputs = await inputsOf('extension');
  expect(inputs.length).toBeGreaterThan(10);
  const others = inputs.filter((path) => !DRAWING.test(path));
  expect(
    others.filter((path) =>
      /@tensorflow|onnxruntime|src\/(vae|trace|engine|images|datasets|model|training|engine-process|cli)\//.test(
        path,
      ),
    ),
  ).toEqual([]);
});

/** What of src may be in the pages' scripts. */
const SRC_OF_PAGES = /node_modules|src\/(protocol|domain|latent|columns|random|shared|text|paper)\//;

test('the webview has nothing of Node, of tensors, and of src but the protocol, pure functions on arrays, what is shared, text and the paper', async () => {
  const others = await inputsOf('webview', /\/(interpolation|compare|dataset|sweep)\.js$/);
  const inputs = [...(await inputsOf('explorer')), ...others];
  expect(inputs.length).toBeGreaterThan(10);
  expect(
    inputs.filter(
      (path) => /@tensorflow/.test(path) || (/(^|\/)src\//.test(path) && !SRC_OF_PAGES.test(path)),
    ),
  ).toEqual([]);
});

test('the script that decodes in the webview has of src the model alone', async () => {
  const inputs = await inputsOf('webview', /\/decoder\.js$/);
  expect(inputs.filter((path) => path.startsWith('src/vae/')).length).toBeGreaterThan(3);
  expect(inputs.filter((path) => path.startsWith('src/') && !/^src\/(vae|domain)\//.test(path))).toEqual([]);
});

/** In bytes, minified, without the script and the WebAssembly file that decode. */
const MAX_EXPLORER = 300_000;

test('the explorer loads little before it can be used, whatever tab is in front', async () => {
  const { metafile } = await build({
    ...bundles.explorer,
    ...{ write: false, metafile: true, minify: true, logLevel: 'silent' },
  });
  const { outputs } = metafile;
  const loaded = (path: string, known = new Set<string>()): Set<string> => {
    if (known.has(path)) return known;
    known.add(path);
    for (const { kind, path: to } of outputs[path]!.imports)
      if (kind === 'import-statement') loaded(to, known);
    return known;
  };
  const page = loaded('dist/webview/explorer.js');
  const parts = Object.entries(outputs).filter(([path, { entryPoint }]) => entryPoint && !page.has(path));
  const sizes = parts.map(([path, { entryPoint = '' }]) => {
    const bytes = [...loaded(path, new Set(page))].map((each) => outputs[each]!.bytes);
    return { part: basename(entryPoint), bytes: bytes.reduce((sum, each) => sum + each, 0) };
  });
  for (const tab of ['train', 'map', 'dimensions', 'directions', 'samples'])
    expect(sizes.map(({ part }) => part)).toContain(`${tab}-tab.tsx`);
  expect(sizes.filter(({ bytes }) => bytes > MAX_EXPLORER)).toEqual([]);
  // One for the entry, and one for all that the parts share.
  expect(page.size).toBe(2);
});

test('nothing imports what stands in for it in a browser', () => {
  const importing = sources
    .filter(({ path }) => !path.startsWith('src/web/'))
    .filter((source) => imported(source).some((to) => to.startsWith('src/web/')));
  expect(importing.map(({ path }) => path)).toEqual([]);
});

test('the extension in a browser has not a byte of a tensor library, nor of the model', async () => {
  const { metafile } = await build({ ...bundles['webExtension'], write: false, logLevel: 'silent' });
  const inputs = Object.values(metafile!.outputs).flatMap((output) =>
    Object.entries(output.inputs)
      .filter(([path, { bytesInOutput }]) => bytesInOutput > 0 && !DRAWING.test(path))
      .map(([path]) => path),
  );
  expect(inputs).toContain('src/extension.ts');
  expect(
    inputs.filter((path) =>
      /@tensorflow|onnxruntime|src\/(vae|trace|engine|images|datasets|model|training|engine-process|cli)\//.test(
        path,
      ),
    ),
  ).toEqual([]);
});
