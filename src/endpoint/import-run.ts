import { parseImportLine } from '../protocol/schemas/imported';
import type { ImportProgress, ImportedFolder } from '../protocol/schemas/imported';
import { runVae } from './run-vae';

/** What to import, and where to. */
export interface ImportRunRequest {
  readonly file: string;
  /** Folder of runs. */
  readonly runsRoot: string;
  /** Name that the run is shown under; empty for its own. */
  readonly name: string;
  /** Folder of the engine's bundles. */
  readonly engineFolder: string;
}

/**
 * Imports a run with `vae import` in a process of its own. If the signal is aborted, nothing of it stays.
 * @throws Error with the reason if it cannot be imported; the abort reason if the signal is aborted
 */
export async function importRun(
  { file, runsRoot, name, engineFolder }: ImportRunRequest,
  signal: AbortSignal,
  onProgress: (progress: ImportProgress) => void = () => undefined,
): Promise<ImportedFolder> {
  const named = name === '' ? [] : ['--name', name];
  let imported: ImportedFolder | null = null;
  const onLine = (text: string): void => {
    const line = parseImportLine(text);
    if (line?.type === 'import') imported = line;
    else if (line !== null && !signal.aborted) onProgress(line);
  };
  const args = ['import', '--json', '--runs', runsRoot, ...named, '--', file];
  await runVae(args, engineFolder, signal, onLine, { atAbort: 'may tidy up' });
  if (imported === null) throw new Error(`vae import ${file} ended and named no run`);
  return imported;
}
