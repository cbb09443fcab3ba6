import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { zipOf } from './zip';
import type { PackedFile } from './zip';

/**
 * What of the engine's folder is not sent: what TensorFlow's binding is built from (TensorFlow itself has hundreds of megabytes), the page
 * that runs are exported as, and libraries for systems that no node of Ray has.
 */
const LEFT_OUT = [/^tensorflow-binding\//, /\.html$/, /^onnxruntime\/(darwin|win32)-/];

/**
 * Packs the engine: ONNX Runtime and the sources for JAX. Where this machine's library does not run on the nodes, ONNX Runtime in WebAssembly
 * does, which is in every package.
 * @param folder of the engine's files
 */
async function engineFiles(folder: string): Promise<PackedFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((path) => !LEFT_OUT.some((each) => each.test(path)));
  if (!paths.includes('vae.cjs')) throw new Error(`${folder} has no vae.cjs, expected the engine's files`);
  return Promise.all(
    paths.map(async (path) => ({ path: `engine/${path}`, bytes: await readFile(join(folder, path)) })),
  );
}

export const enginePackage = async (folder: string): Promise<Uint8Array> => zipOf(await engineFiles(folder));
