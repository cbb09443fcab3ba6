import { createHash } from 'node:crypto';
import { readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { ensureFolder } from '../setup/ensure-folder.mjs';
import { packageLater, packageOf } from './package';
import type { Package } from './package';
import { zipOf } from './zip';

/**
 * What of the engine's folder is not sent: what TensorFlow's binding is built from (TensorFlow itself has hundreds of megabytes), the page
 * that runs are exported as, and libraries for systems that no node of Ray has.
 */
const LEFT_OUT = [/^tensorflow-binding\//, /\.html$/, /^onnxruntime\/(darwin|win32)-/];

/**
 * Packs the engine: ONNX Runtime and the sources for JAX. Where this machine's library does not run on the nodes, ONNX Runtime in WebAssembly
 * does, which is in every package. What the package is called is kept by the sizes and times of the files, so that an engine which the
 * cluster has is not packed again.
 * @param folder of the engine's files @param cache of the user; null to keep nothing
 */
export async function enginePackage(folder: string, cache: string | null): Promise<Package> {
  const paths = await enginePaths(folder);
  const pack = async (): Promise<Uint8Array> =>
    zipOf(
      await Promise.all(
        paths.map(async (path) => ({ path: `engine/${path}`, bytes: await readFile(join(folder, path)) })),
      ),
    );
  const stamps = await stampsOf(folder, paths);
  const record = cache && join(cache, 'engine-packages', createHash('sha256').update(stamps).digest('hex'));
  const known = record === null ? null : await readRecord(record);
  if (known !== null) return packageLater({ what: 'engine', ...known }, pack);
  const made = packageOf('engine', await pack());
  if (record !== null && (await stampsOf(folder, paths)) === stamps)
    await keepRecord(record, made).catch(() => undefined);
  return made;
}

async function enginePaths(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((path) => !LEFT_OUT.some((each) => each.test(path)))
    .sort();
  if (!paths.includes('vae.cjs')) throw new Error(`${folder} has no vae.cjs, expected the engine's files`);
  return paths;
}

/** Files written anew have other times, also where their size is the same. */
async function stampsOf(folder: string, paths: readonly string[]): Promise<string> {
  const stamps = paths.map(async (path) => {
    const { size, ino, mtimeNs, ctimeNs } = await stat(join(folder, path), { bigint: true });
    return [path, size, ino, mtimeNs, ctimeNs].join(' ');
  });
  return [folder, ...(await Promise.all(stamps))].join('\n');
}

async function readRecord(path: string): Promise<Pick<Package, 'name' | 'bytes'> | null> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const [, name, bytes] = /^(_ray_pkg_[0-9a-f]{32}\.zip) (\d{1,12})\n$/.exec(text) ?? [];
  return name === undefined ? null : { name, bytes: Number(bytes) };
}

async function keepRecord(path: string, { name, bytes }: Package): Promise<void> {
  await ensureFolder(join(path, '..'), 0o700);
  const partial = `${path}.${process.pid}`;
  await writeFile(partial, `${name} ${bytes}\n`);
  await rename(partial, path);
}
