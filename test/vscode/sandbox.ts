import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePng } from '../../src/data/codecs/png-encode';
import { DIGIT_SHAPE, digitImage } from '../../src/data/digits';
import { connectToRun } from '../../src/endpoint/client';
import { cacheRoot } from '../../src/setup/locations.mjs';

/** Images to train on. */
const IMAGES = 300;

/**
 * A folder of its own for everything that a test of the editor writes: workspaces, the editor's profile, the product's
 * state and cache. Its name is short because the path of a socket may have 100 bytes.
 */
export class Sandbox {
  private constructor(readonly folder: string) {}

  static async create(): Promise<Sandbox> {
    const sandbox = new Sandbox(await mkdtemp(join(tmpdir(), 'vx-')));
    // This process looks for the engines of the sandbox, too.
    process.env['XDG_STATE_HOME'] = join(sandbox.folder, 's');
    const cache = join(sandbox.folder, 'cache', 'latent-explorer');
    await mkdir(cache, { recursive: true });
    const tensorflow = join(cacheRoot(), 'tensorflow');
    if (existsSync(tensorflow)) await symlink(tensorflow, join(cache, 'tensorflow'));
    return sandbox;
  }

  /** For processes that must leave the person's own state and cache alone. */
  get environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      XDG_STATE_HOME: join(this.folder, 's'),
      XDG_CACHE_HOME: join(this.folder, 'cache'),
    };
  }

  /** A folder of its own, not yet there. */
  make(name: string): string {
    return join(this.folder, name);
  }

  /** The workspace of that name, with pictures to train on and `samples/<digit>.png`; made when it is first asked for. */
  async workspace(name: string): Promise<string> {
    const folder = join(this.folder, name);
    await mkdir(join(folder, 'samples'), { recursive: true });
    for (let label = 0; label < 10; label++)
      await mkdir(join(folder, 'pictures', String(label)), { recursive: true });
    for (let i = 0; i < IMAGES; i++) {
      const png = encodePng({ ...DIGIT_SHAPE, bytes: digitImage(7, i) });
      await writeFile(join(folder, 'pictures', String(i % 10), `${i}.png`), png);
      if (i < 10) await writeFile(join(folder, 'samples', `${i}.png`), png);
    }
    return folder;
  }

  /** Ends the engines that are still alive and removes everything. */
  async dispose(): Promise<void> {
    const endpoints = join(this.folder, 's', 'latent-explorer', 'e');
    for (const name of await readdir(endpoints).catch(() => [])) await endEngine(join(endpoints, name));
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Ends the engine of an endpoint in this sandbox, once it has shown by its token that it is the one recorded there. */
async function endEngine(endpoint: string): Promise<void> {
  const record = await readFile(join(endpoint, 'endpoint.json'), 'utf8').catch(() => null);
  if (record === null) return;
  const { runFolder } = JSON.parse(record) as { runFolder: string };
  const connection = await connectToRun(runFolder);
  if (!connection) return;
  try {
    process.kill(connection.hello.pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
  connection.client.dispose();
}
