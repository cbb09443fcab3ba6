import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';

const ROOT = 0;
/** Write permissions of the group and of others. */
const OTHERS_WRITE = 0o022;

/**
 * Checks that only this user, or the system's, could have put code where it is loaded from: the folder and files themselves, and the two
 * folders above, which are the product's. Links are followed, as a link in such a folder is the user's own. Windows keeps a user's folders
 * private by itself.
 * @throws Error with the path and the mode
 */
export async function assertOwnCode(folder: string, files: readonly string[] = []): Promise<void> {
  const user = process.getuid?.();
  if (user === undefined) return;
  for (const path of [dirname(dirname(folder)), dirname(folder), folder, ...files]) {
    const stats = await stat(path);
    const mode = (stats.mode & 0o7777).toString(8).padStart(4, '0');
    if (stats.uid !== user && stats.uid !== ROOT)
      throw new Error(
        `${path} (mode ${mode}) belongs to user ${stats.uid}, expected this user, ${user}: code from there is not run. Remove it, and set the engine up again`,
      );
    if ((stats.mode & OTHERS_WRITE) !== 0)
      throw new Error(
        `${path} has mode ${mode}: others can write to it, so code from there is not run. Take that right from them (chmod go-w) if nobody has changed it, or remove it and set the engine up again`,
      );
  }
}

/** Checks the Python of an environment that set-up has made. @throws as `assertOwnCode` */
export const assertOwnPython = (python: string): Promise<void> =>
  assertOwnCode(dirname(dirname(python)), [dirname(python)]);
