import type { ExportFormat } from '../domain/export-formats';
import { parseExported } from '../protocol/schemas/exported';
import type { ExportedFiles } from '../protocol/schemas/exported';
import { runVae } from './run-vae';

/** What to export, and where to. */
export interface ExportRequest {
  readonly runFolder: string;
  readonly format: ExportFormat;
  /** Folder to write into, made if missing; null for `export` in the run folder. */
  readonly folder: string | null;
  /** Folder of the engine's bundles. */
  readonly engineFolder: string;
}

/**
 * Exports a run with `vae export` in a process of its own. Each file is entirely old or entirely new, also if the signal is aborted.
 * @throws Error with the reason if the run cannot be exported; the abort reason if the signal is aborted
 */
export async function exportRun(request: ExportRequest, signal: AbortSignal): Promise<ExportedFiles> {
  const { runFolder, format, folder, engineFolder } = request;
  const out = folder === null ? [] : ['--out', folder];
  const args = ['--json', '--format', format, ...out, '--', runFolder];
  let printed = '';
  await runVae(['export', ...args], engineFolder, signal, (line) => (printed += line));
  return parseExported(printed);
}
