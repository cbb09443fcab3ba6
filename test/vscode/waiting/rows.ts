import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Witness } from './watch';

/** Bytes that the runs of a workspace have written of their curves and logs. */
export function rowsIn(workspace: string): Witness {
  const runs = join(workspace, '.vae', 'runs');
  return {
    ...{ name: 'bytes of rows and logs', least: 1 },
    async measure() {
      const names = await readdir(runs).catch(() => []);
      const files = names.flatMap((name) => [join(runs, name, 'metrics.jsonl'), join(runs, name, 'log.txt')]);
      const sizes = await Promise.all(
        files.map((file) =>
          stat(file).then(
            ({ size }) => size,
            () => 0,
          ),
        ),
      );
      return sizes.reduce((sum, size) => sum + size, 0);
    },
  };
}
