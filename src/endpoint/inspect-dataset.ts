import type { DatasetReview } from '../protocol/dataset-review';
import { parseInspection } from '../protocol/schemas/inspection';
import { runVae } from './run-vae';

/** What to inspect, and how a run would read it. */
export interface InspectRequest {
  /** Path of the dataset. */
  readonly path: string;
  readonly preset: string;
  readonly set: Readonly<Record<string, string>>;
  /** Path of a table with labels. */
  readonly labels: string | null;
  /** The table's column with the labels, as in `ImageChoice`; null for the one whose name says so. */
  readonly labelColumn: string | null;
  /** Path of `.vae/excluded.json`, to leave out the images that it lists. */
  readonly leaveOut: string | null;
  /** Folder of the engine's bundles; the process runs from a copy in the user's cache. */
  readonly engineFolder: string;
}

const EXAMPLES = 3;

/**
 * Reports on a dataset from a process of its own, which reads the images with `vae inspect`.
 * @throws Error with the reason if the dataset cannot be used; the abort reason if the signal is aborted
 */
export async function inspectDataset(
  request: InspectRequest,
  signal: AbortSignal,
): Promise<NonNullable<DatasetReview['report']>> {
  let printed = '';
  await runVae(argumentsOf(request), request.engineFolder, signal, (line) => (printed += line));
  const { shape, lines, examples, plan } = parseInspection(printed);
  const bytes = Buffer.concat(examples.map(({ pixels }) => Buffer.from(pixels, 'base64')));
  return { lines, plan, examples: { ...shape, count: examples.length, bytes: new Uint8Array(bytes) } };
}

function argumentsOf({ path, preset, set, labels, labelColumn, leaveOut }: InspectRequest): string[] {
  return [
    'inspect',
    ...['--json', '--examples', String(EXAMPLES), '--preset', preset],
    ...Object.entries(set).flatMap(([key, value]) => ['--set', `${key}=${value}`]),
    ...(labels === null ? [] : ['--labels', labels]),
    ...(labelColumn === null ? [] : ['--label-column', labelColumn]),
    ...(leaveOut === null ? [] : ['--leave-out', leaveOut]),
    ...['--', path],
  ];
}
