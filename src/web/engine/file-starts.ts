/** Stands in for `src/datasets/image-files/file-starts.ts`, which reads with blocking calls. */
import { START_BYTES } from '../../datasets/image-files/unread-kinds';
import { readRegularFile } from '../../images/read-file';
import { join } from '../node/path';

/** Files that are read at the same time. */
const AT_ONCE = 16;

export async function* startsOf(
  root: string,
  paths: readonly string[],
  signal?: AbortSignal,
): AsyncGenerator<{ readonly path: string; readonly start: Uint8Array }> {
  for (let first = 0; first < paths.length; first += AT_ONCE) {
    signal?.throwIfAborted();
    const some = paths.slice(first, first + AT_ONCE);
    const starts = await Promise.all(
      some.map((path) => readRegularFile(join(root, path), START_BYTES).catch(() => null)),
    );
    for (const [i, start] of starts.entries()) if (start) yield { path: some[i]!, start };
  }
}
