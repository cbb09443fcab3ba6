import { chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Names the folder of the bundles that all test files of a run share; set by vitest.config.mjs. */
export const BUNDLES = 'VAE_TEST_BUNDLES';

/**
 * A folder of bundles that is made once in a run of the tests, by whichever file asks first; two that ask at once may both
 * make it. Nobody may change what lies in it. Outside of the tests it is made anew and `dispose` removes it.
 * @param {string} name
 * @param {(folder: string) => Promise<void>} make fills an empty folder
 * @returns {Promise<{ folder: string, isOwn: boolean, dispose: () => Promise<void> }>} whether `dispose` removes it
 */
export async function sharedBundle(name, make) {
  const run = process.env[BUNDLES];
  const folder = run && join(run, name);
  if (folder && existsSync(folder)) return { folder, isOwn: false, dispose: () => Promise.resolve() };
  if (run) await mkdir(run, { recursive: true });
  const own = await mkdtemp(run ? `${folder}.` : join(tmpdir(), `${name}-`));
  const remove = () => rm(own, { recursive: true, force: true });
  // Tests that become another user have to come through.
  for (const path of run ? [run, own] : [own]) await chmod(path, 0o755);
  try {
    await make(own);
    if (!folder) return { folder: own, isOwn: true, dispose: remove };
    await rename(own, folder);
  } catch (error) {
    await remove();
    if (!folder || !existsSync(folder)) throw error;
  }
  return { folder, isOwn: false, dispose: () => Promise.resolve() };
}
