import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePng } from '../../src/images/codecs/png-encode';
import { DIGIT_SHAPE, digitImage } from '../../src/datasets/digits/digits';
import { connectToRun } from '../../src/endpoint/client';
import { cacheRoot } from '../../src/setup/locations.mjs';
import { processesIn } from './waiting/processes';

/** Images to train on. */
const IMAGES = 300;

/** A proxy at which nobody listens: whoever asks the network fails. */
const NO_NETWORK = Object.fromEntries(
  ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY'].map((name) => [name, 'http://127.0.0.1:9']),
);

/**
 * A folder of one test for everything that it writes: the workspace, the editor's profile, the product's state and cache. Its name
 * is short because the path of a socket may have 100 bytes.
 */
export class Sandbox {
  private static readonly all = new Set<Sandbox>();

  private constructor(
    readonly folder: string,
    private readonly isBare: boolean,
  ) {
    Sandbox.all.add(this);
  }

  static async disposeAll(): Promise<void> {
    for (const sandbox of Sandbox.all) await sandbox.dispose();
  }

  /** @param isBare for a machine that has nothing but an editor: no TensorFlow, an empty home, no network */
  static async create(isBare = false): Promise<Sandbox> {
    const sandbox = new Sandbox(await mkdtemp(join(tmpdir(), 'vx-')), isBare);
    if (isBare) await mkdir(sandbox.home);
    const cache = join(sandbox.folder, 'cache', 'latent-explorer');
    await mkdir(cache, { recursive: true });
    const tensorflow = join(cacheRoot(), 'tensorflow');
    if (!isBare && existsSync(tensorflow)) await symlink(tensorflow, join(cache, 'tensorflow'));
    return sandbox;
  }

  /** For processes that must leave the person's own state and cache alone. */
  get environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      ...(this.isBare ? { HOME: this.home, ...NO_NETWORK } : {}),
      XDG_STATE_HOME: this.state,
      XDG_CONFIG_HOME: this.config,
      XDG_CACHE_HOME: join(this.folder, 'cache'),
      // No choice of an engine depends on how fast it is here and now.
      LATENT_EXPLORER_NO_TIMING: '1',
    };
  }

  /** Folder of the configuration of whoever uses the editor. */
  get config(): string {
    return join(this.folder, 'config');
  }

  private get home(): string {
    return join(this.folder, 'home');
  }

  private get state(): string {
    return join(this.folder, 's');
  }

  /** Where engines of this sandbox say how they are reached. */
  get endpoints(): string {
    return join(this.state, 'latent-explorer', 'e');
  }

  /** A folder inside, not yet there. */
  make(name: string): string {
    return join(this.folder, name);
  }

  /** Makes the workspace, with pictures to train on and `samples/<digit>.png`. */
  async workspace(): Promise<string> {
    const folder = join(this.folder, 'w');
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
    Sandbox.all.delete(this);
    for (const name of await readdir(this.endpoints).catch(() => []))
      await inTurn(() => endEngine(join(this.endpoints, name), this.state));
    // One that was just being started says nothing of itself yet.
    for (const { pid } of await processesIn(this.folder)) kill(pid);
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

let turns: Promise<void> = Promise.resolve();

/** One after the other: where engines are looked for is a variable of this process. */
function inTurn(work: () => Promise<void>): Promise<void> {
  turns = turns.then(work, work);
  return turns;
}

/** Ends the engine of an endpoint in a sandbox, once it has shown by its token that it is the one recorded there. */
async function endEngine(endpoint: string, state: string): Promise<void> {
  const record = await readFile(join(endpoint, 'endpoint.json'), 'utf8').catch(() => null);
  if (record === null) return;
  const { runFolder } = JSON.parse(record) as { runFolder: string };
  const before = process.env['XDG_STATE_HOME'];
  process.env['XDG_STATE_HOME'] = state;
  const connection = await connectToRun(runFolder).finally(() => {
    if (before === undefined) delete process.env['XDG_STATE_HOME'];
    else process.env['XDG_STATE_HOME'] = before;
  });
  if (!connection) return;
  kill(connection.hello.pid);
  connection.client.dispose();
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}
