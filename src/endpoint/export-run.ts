import type { ExportChoice } from '../domain/export-formats';
import { parseExportLine } from '../protocol/schemas/exported';
import type { ExportedFiles, ExportProgress } from '../protocol/schemas/exported';
import { runVae } from './run-vae';

/** What to export, and where to. */
export interface ExportRequest extends ExportChoice {
  readonly runFolder: string;
  /** Folder to write into, made if missing; null for `export` in the run folder, whose files are replaced. */
  readonly folder: string | null;
  /** Whether files in `folder` may be replaced. */
  readonly overwrite: boolean;
  /** Folder of the engine's bundles. */
  readonly engineFolder: string;
}

/**
 * Exports a run with `vae export` in a process of its own. Its files are all old or all new, also if the signal is aborted.
 * @throws Error with the reason if the run cannot be exported; the abort reason if the signal is aborted
 */
export async function exportRun(
  request: ExportRequest,
  signal: AbortSignal,
  onProgress: (progress: ExportProgress) => void = () => undefined,
): Promise<ExportedFiles> {
  const { runFolder, format, table, images, folder, overwrite, engineFolder } = request;
  const out = folder === null ? [] : [...(overwrite ? ['--overwrite'] : []), '--out', folder];
  const kind =
    format === 'latents'
      ? ['--table', table]
      : format === 'html' && images !== undefined
        ? ['--images', images]
        : [];
  const args = ['--json', '--format', format, ...kind, ...out, '--', runFolder];
  let exported: ExportedFiles | null = null;
  const onLine = (text: string): void => {
    const line = parseExportLine(text);
    if (line?.type === 'export') exported = line;
    else if (line !== null && !signal.aborted) onProgress(line);
  };
  await runVae(['export', ...args], engineFolder, signal, onLine, { atAbort: 'may tidy up' });
  if (exported === null) throw new Error(`vae export ${runFolder} ended and named no files`);
  return exported;
}
