import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Which folders lie in the runs folders and which of them are locked, as one string that changes when a run comes, goes, starts or ends. */
export async function glance(roots: readonly string[]): Promise<string> {
  const lines = await Promise.all(
    roots.map(async (root) => {
      const names = await readdir(root).catch(() => []);
      return Promise.all(
        names.map(async (name) => `${join(root, name)} ${await isLocked(join(root, name))}`),
      );
    }),
  );
  return lines.flat().sort().join('\n');
}

const isLocked = (runFolder: string): Promise<boolean> =>
  access(join(runFolder, 'run.lock')).then(
    () => true,
    () => false,
  );
