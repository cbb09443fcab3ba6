import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { IMAGE_PATTERN } from '../domain/image-pattern';
import { RpcError } from '../protocol/rpc';
import { isInsideFolder } from '../runs/inside-folder';
import { isInOneOf } from '../tools/confined-path';

/** Returns whether a path, which need not exist, lies below a folder after resolving links. */
export async function liesIn(folder: string, path: string): Promise<boolean> {
  const real = (each: string): Promise<string> => realpath(each).catch(() => each);
  return isInsideFolder(await real(folder), join(await real(dirname(path)), basename(path)));
}

/**
 * Returns the path of an image that a webview names. It must be an image file that the webview was shown, or that lies in one
 * of the `roots` after resolving links.
 * @throws RpcError `bad-input`, or `not-found` if the file does not exist
 */
export async function permittedImage(
  uri: string,
  shown: readonly string[],
  roots: readonly string[],
): Promise<string> {
  let path: string;
  try {
    path = fileURLToPath(uri);
  } catch {
    throw new RpcError('bad-input', 'expected the URI of a file on this machine');
  }
  if (!IMAGE_PATTERN.test(path))
    throw new RpcError(
      'bad-input',
      'expected an image file: PNG, JPEG, WebP, AVIF, JPEG XL, GIF, BMP, TIFF, Netpbm or QOI',
    );
  if (shown.includes(uri)) return path;
  const real = await realpath(path).catch(() => null);
  if (real === null) throw new RpcError('not-found', 'the file no longer exists');
  if (await isInOneOf(roots, real)) return path;
  throw new RpcError('bad-input', 'the file is in no folder of the workspace and not in the dataset');
}
