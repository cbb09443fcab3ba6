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
  const printed = await runVae(request.engineFolder, argumentsOf(request), signal);
  const { shape, lines, examples } = parseInspection(printed);
  const bytes = Buffer.concat(examples.map(({ pixels }) => Buffer.from(pixels, 'base64')));
  return { lines, examples: { ...shape, count: examples.length, bytes: new Uint8Array(bytes) } };
}

function argumentsOf({ path, preset, set, labels, leaveOut }: InspectRequest): [string, ...string[]] {
  return [
    'inspect',
    ...['--json', '--examples', String(EXAMPLES), '--preset', preset],
    ...Object.entries(set).flatMap(([key, value]) => ['--set', `${key}=${value}`]),
    ...(labels === null ? [] : ['--labels', labels]),
    ...(leaveOut === null ? [] : ['--leave-out', leaveOut]),
    ...['--', path],
  ];
}
