/** What each process of the engine reads when it starts, and what it must not bring along. */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundles } from '../../esbuild.mjs';
import { useFolder } from '../host/support';

const folder = useFolder();

interface Start {
  /** Minified, in bytes. */
  readonly bytes: number;
  /** Files of which something is left, with all that is imported before the program begins. */
  readonly inputs: readonly string[];
}

const starts = new Map<string, Start>();

beforeAll(async () => {
  const { metafile } = await build({
    ...bundles.engine,
    ...{ write: false, metafile: true, minify: true, logLevel: 'silent' },
    plugins: bundles.engine?.plugins?.filter(({ name }) => name !== 'chunks as CommonJS'),
  });
  const { outputs } = metafile;
  const readWith = (path: string, seen = new Set<string>()): Set<string> => {
    if (seen.has(path) || outputs[path] === undefined) return seen;
    seen.add(path);
    for (const each of outputs[path].imports) if (each.kind === 'import-statement') readWith(each.path, seen);
    return seen;
  };
  for (const path of Object.keys(outputs)) {
    const read = [...readWith(path)].map((each) => outputs[each]!);
    starts.set(path.split('/').at(-1)!, {
      bytes: read.reduce((sum, { bytes }) => sum + bytes, 0),
      inputs: read.flatMap(({ inputs }) =>
        // Of a package.json, a version is read.
        Object.keys(inputs).filter(
          (each) => inputs[each]!.bytesInOutput > 0 && !each.endsWith('package.json'),
        ),
      ),
    });
  }
});

const packagesOf = ({ inputs }: Start): string[] => [
  ...new Set(inputs.flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [])),
];

describe.each([
  // The version and wrong usage are said at once.
  { file: 'vae.cjs', most: 80_000, packages: ['commander'] },
  { file: 'mcp.cjs', most: 350_000, packages: ['@modelcontextprotocol/sdk', 'commander', 'zod'] },
  { file: 'chunks.cjs', most: 30_000, packages: [] },
  { file: 'layout.cjs', most: 30_000, packages: [] },
])('$file', ({ file, most, packages }) => {
  test('reads little', () => {
    const start = starts.get(file)!;
    expect(start.bytes).toBeLessThan(most);
    expect(packages).toEqual(expect.arrayContaining(packagesOf(start)));
  });
});

test('what is loaded later comes without the loader of modules, which would take longer than the file itself', async () => {
  await writeFile(join(folder.path(), 'later.ts'), `export const said = 'later';`);
  await writeFile(
    join(folder.path(), 'first.ts'),
    `void import('./later').then(({ said }) => console.log(said, typeof __filename));`,
  );
  await build({
    ...bundles.engine,
    entryPoints: [join(folder.path(), 'first.ts')],
    outdir: join(folder.path(), 'out'),
  });
  expect(await readFile(join(folder.path(), 'out/first.cjs'), 'utf8')).not.toMatch(/\bimport\(/);
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder.path(), 'out/first.cjs')]);
  expect(stdout).toBe('later string\n');
});

test('the server of the Model Context Protocol neither computes nor reads datasets itself', () => {
  const { inputs } = starts.get('mcp.cjs')!;
  expect(inputs.filter((path) => /src\/(vae|engine|datasets|model)\//.test(path))).toEqual([]);
});

test('an engine reads no library that computes before it computes', () => {
  const start = starts.get('worker.cjs')!;
  expect(start.bytes).toBeLessThan(900_000);
  expect(
    packagesOf(start).filter((name) => /tensorflow|onnxruntime|modelcontextprotocol/.test(name)),
  ).toEqual([]);
});

test('nothing brings an HTTP client or server', () => {
  for (const [file, start] of starts)
    expect(packagesOf(start), file).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(node-fetch|whatwg-url|tr46|express|hono)$/)]),
    );
});
