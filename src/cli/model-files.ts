import { lstat, readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { badInput, pathProblem } from './exit';

/** Paths of the two files of a model. */
export interface ModelPaths {
  readonly encoder: string;
  readonly decoder: string;
}

const EXPECTED = 'expected a folder with encoder.onnx and decoder.onnx, or the paths of the two files';

/**
 * Finds the files of a model: two that are named, the encoder first, or those of a folder whose names say what they are.
 * @throws CliError naming the choices
 */
export async function modelFiles(texts: readonly string[], cwd: string): Promise<ModelPaths> {
  const paths = texts.map((text) => resolve(cwd, text));
  const [first, second] = paths;
  if (first === undefined || paths.length > 2) throw badInput(`got ${texts.length} paths, ${EXPECTED}`);
  if (second === undefined) return inFolder(first);
  for (const path of paths) await checkOnnxFile(path, EXPECTED);
  return { encoder: first, decoder: second };
}

async function inFolder(folder: string): Promise<ModelPaths> {
  const stats = await statusOf(folder, EXPECTED);
  if (!stats.isDirectory()) throw badInput(`${folder}: got one file, ${EXPECTED}`);
  const names = (await readdir(folder)).filter((name) => /\.onnx$/i.test(name)).sort();
  const encoder = one(folder, names, 'encoder', /enc/i);
  const decoder = one(folder, names, 'decoder', /dec/i);
  for (const name of [encoder, decoder]) await checkOnnxFile(join(folder, name), EXPECTED);
  return { encoder: join(folder, encoder), decoder: join(folder, decoder) };
}

function one(folder: string, names: readonly string[], what: string, pattern: RegExp): string {
  const exact = names.filter((name) => name.toLowerCase() === `${what}.onnx`);
  const found = exact.length === 1 ? exact : names.filter((name) => pattern.test(name));
  if (found.length === 1) return found[0]!;
  const listed = names.length === 0 ? 'no .onnx file' : names.join(', ');
  throw badInput(
    `${folder}: got ${listed}, which does not tell the ${what}; name both files: vae open-model ENCODER DECODER`,
  );
}

/** @param expected what the message says of it @throws CliError unless this is an ONNX file, by its name, and no link */
export async function checkOnnxFile(path: string, expected: string): Promise<void> {
  const stats = await statusOf(path, expected);
  if (stats.isSymbolicLink())
    throw badInput(`${path}: this is a link, which is not followed; name the file that it points to`);
  if (!stats.isFile()) throw badInput(`${path}: this is not a file, ${expected}`);
  if (!/\.onnx$/i.test(basename(path)))
    throw badInput(
      `${path}: expected a file that ends in .onnx; from PyTorch, torch.onnx.export writes one (docs/open-model.md shows how)`,
    );
}

async function statusOf(path: string, expected: string): ReturnType<typeof lstat> {
  return lstat(path).catch((error: NodeJS.ErrnoException) => {
    throw badInput(`${path}: ${pathProblem(error.code) ?? error.message}; ${expected}`);
  });
}
