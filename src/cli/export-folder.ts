import { rmdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { ExportedFile } from '../export/trained-run';
import { storageProblem } from '../runs/storage';
import { ensureFolder } from '../setup/ensure-folder.mjs';
import { CliError, EXIT, badInput, pathProblem } from './exit';
import { resultPath } from './files';
import { writeOutputs } from './write-output';

/** Where an export goes: a folder that a person names, or `export` in the run folder. */
export class ExportFolder {
  private constructor(
    private readonly path: string,
    /** The run folder, if the export goes into it: nothing there may be a link. */
    private readonly runFolder: string | null,
  ) {}

  /**
   * @param out folder as typed; undefined for the run's own
   * @throws CliError if it is a file, ForeignFileError if a link leads out of the run folder
   */
  static async of(runFolder: string, out: string | undefined, cwd: string): Promise<ExportFolder> {
    const path = out === undefined ? await resultPath(runFolder, 'export') : resolve(cwd, out);
    const there = await stat(path).catch(() => null);
    if (there && !there.isDirectory())
      throw badInput(`--out ${out}: this is a file; expected a folder, which is made where needed`);
    return new ExportFolder(path, out === undefined ? runFolder : null);
  }

  /** @throws CliError that names the files of a person's folder which an export of these names would replace */
  async refuseOlder(names: readonly string[]): Promise<void> {
    if (this.runFolder !== null) return;
    const paths = await Promise.all(names.map((name) => this.pathOf(name)));
    const found = await Promise.all(paths.map((path) => stat(path).catch(() => null)));
    const older = paths.filter((_, i) => found[i]?.isFile());
    if (older.length === 0) return;
    const [is, them] = older.length === 1 ? ['is', 'it'] : ['are', 'them'];
    throw badInput(
      `${older.join(', ')} ${is} there already; choose another folder, or replace ${them} with --overwrite`,
    );
  }

  /**
   * Writes files, all or none of them, and creates the folders for them. Folders that were created for files that were not written are
   * removed. @returns their paths @throws as `writeOutputs`; ForeignFileError; the abort reason
   */
  async write(files: readonly ExportedFile[], signal: AbortSignal): Promise<string[]> {
    const written = await Promise.all(
      files.map(async ({ name, content }) => ({ path: await this.pathOf(name), content })),
    );
    const created: string[] = [];
    try {
      for (const folder of new Set(written.map(({ path }) => dirname(path)))) {
        created.push(...(await missing(folder)));
        await ensureFolder(folder).catch(async (error: unknown) => {
          const wrong = pathProblem((error as NodeJS.ErrnoException).code ?? '');
          if (wrong !== null) throw badInput(`${folder}: ${wrong}`);
          const problem = await storageProblem(error, folder, sizeOf(files));
          if (problem === null) throw error;
          throw new CliError('not-written', `${problem}. Nothing was written.`, EXIT.failure);
        });
      }
      await writeOutputs(written, signal);
    } catch (error) {
      // From the inside out; one that holds something else stays.
      for (const folder of created.sort((a, b) => b.length - a.length)) await rmdir(folder).catch(() => {});
      throw error;
    }
    return written.map(({ path }) => path);
  }

  private async pathOf(name: string): Promise<string> {
    const parts = name.split('/');
    if (this.runFolder !== null) return resultPath(this.runFolder, 'export', ...parts);
    return join(this.path, ...parts);
  }
}

/** Returns the bytes of the files whose content is there already. */
const sizeOf = (files: readonly ExportedFile[]): number =>
  files.reduce((sum, { content }) => {
    if (typeof content === 'string') return sum + Buffer.byteLength(content);
    if (!Array.isArray(content)) return sum;
    return (content as readonly Uint8Array[]).reduce((all, piece) => all + piece.byteLength, sum);
  }, 0);

/** Returns a folder and its parents, as far as they do not exist. */
async function missing(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (let at = folder; !(await stat(at).catch(() => null)); at = dirname(at)) {
    found.push(at);
    if (dirname(at) === at) break;
  }
  return found;
}
