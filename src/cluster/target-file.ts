import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { assertPrivateFolders, makePrivateFolders, openPrivate } from '../endpoint/private-path';
import { renamePatiently } from '../runs/atomic';
import { changeFile } from '../runs/change-file';
import { guarded } from '../runs/guarded-path';
import { temporaryName } from '../runs/temporary-name';
import { configRoot } from '../setup/locations.mjs';
import { describeMismatch } from '../text/describe-mismatch';
import { ClusterError } from './ray/errors';
import { parseTarget, targetSchema } from './target';
import type { Target } from './target';

const FILE = 'clusters.json';
const MAX_BYTES = 1_000_000;

const fileSchema = z.strictObject({
  format: z.literal('latent-explorer/clusters/1'),
  clusters: z.array(targetSchema).max(1000),
});

/** The user's clusters, in a private file that `vae` and VS Code share. A workspace has no say in it, and it holds no token. */
export class TargetFile {
  /** @param folder private to the user */
  constructor(private readonly folder: string = configRoot()) {}

  get path(): string {
    return join(this.folder, FILE);
  }

  /** Returns the clusters by name. @throws ClusterError if the file is damaged; NotPrivateError if others can change it */
  async read(): Promise<Target[]> {
    let text: string;
    try {
      await assertPrivateFolders([this.folder]);
      const file = await openPrivate(this.path);
      try {
        if ((await file.stat()).size > MAX_BYTES) throw this.unusable(`it has more than ${MAX_BYTES} bytes`);
        text = await file.readFile('utf8');
      } finally {
        await file.close();
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      throw this.unusable((error as Error).message);
    }
    const result = fileSchema.safeParse(value);
    if (!result.success) throw this.unusable(describeMismatch(result.error, value));
    return result.data.clusters.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Returns the cluster of a name. @throws ClusterError that names those that there are */
  async find(name: string): Promise<Target> {
    const targets = await this.read();
    const found = targets.find((target) => target.name === name);
    if (found !== undefined) return found;
    const names = targets.map((target) => target.name).join(', ');
    throw new ClusterError(
      'unusable-target',
      `${name}: there is no such cluster; expected ${names === '' ? 'one that `vae cluster add` has added' : `one of ${names}`}`,
    );
  }

  /** Adds a cluster, or changes the one of its name. @returns whether it is new @throws as `parseTarget` and `read` */
  async put(target: Target): Promise<boolean> {
    const checked = parseTarget(target);
    let isNew = true;
    await this.change((targets) => {
      const others = targets.filter(({ name }) => name !== checked.name);
      isNew = others.length === targets.length;
      return [...others, checked];
    });
    return isNew;
  }

  /** @throws ClusterError if there is none of this name */
  async remove(name: string): Promise<void> {
    await this.find(name);
    await this.change((targets) => targets.filter((target) => target.name !== name));
  }

  private async change(change: (targets: Target[]) => Target[]): Promise<void> {
    await makePrivateFolders([this.folder], 'XDG_CONFIG_HOME');
    await changeFile(guarded(this.folder, FILE), async () => {
      const clusters = change(await this.read());
      const file = { format: 'latent-explorer/clusters/1', clusters };
      const temporary = join(this.folder, temporaryName(FILE));
      await writeFile(temporary, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600 });
      await renamePatiently(temporary, this.path);
    });
  }

  private unusable(why: string): ClusterError {
    return new ClusterError(
      'unusable-target',
      `${this.path} is not a list of clusters: ${why}. Repair or remove it`,
    );
  }
}
