import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { DatasetReview } from '../protocol/dataset-review';
import { parseFailure, parseInspection } from '../protocol/schemas/inspection';
import { nodeEnvironment } from './node-environment';
import { installRuntime } from './runtime';

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
/** Maximum length of what the process may print: it lists every file that it skipped. */
const MAX_OUTPUT_LENGTH = 256 * 2 ** 20;

/**
 * Reports on a dataset from a process of its own, which reads the images with `vae inspect`.
 * @throws Error with the reason if the dataset cannot be used; the abort reason if the signal is aborted
 */
export async function inspectDataset(
  request: InspectRequest,
  signal: AbortSignal,
): Promise<NonNullable<DatasetReview['report']>> {
  const { shape, lines, examples } = parseInspection(await run(request, signal));
  const bytes = Buffer.concat(examples.map(({ pixels }) => Buffer.from(pixels, 'base64')));
  return { lines, examples: { ...shape, count: examples.length, bytes: new Uint8Array(bytes) } };
}

async function run(request: InspectRequest, signal: AbortSignal): Promise<string> {
  const runtime = await installRuntime(request.engineFolder);
  const child = spawn(process.execPath, [join(runtime, 'vae.cjs'), ...argumentsOf(request)], {
    env: nodeEnvironment(),
    windowsHide: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
    killSignal: 'SIGKILL',
  });
  const texts = Promise.all([textOf(child.stdout), textOf(child.stderr)]);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw error;
  });
  const [printed, problems] = await texts;
  if (code === 0) return printed;
  throw new Error(problemIn(problems) ?? `the images could not be read: the process that reads them ended with ${code}`);
}

function argumentsOf({ path, preset, set, labels, leaveOut }: InspectRequest): string[] {
  return [
    ...['inspect', '--json', '--examples', String(EXAMPLES), '--preset', preset],
    ...Object.entries(set).flatMap(([key, value]) => ['--set', `${key}=${value}`]),
    ...(labels === null ? [] : ['--labels', labels]),
    ...(leaveOut === null ? [] : ['--leave-out', leaveOut]),
    ...['--', path],
  ];
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of stream as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length <= MAX_OUTPUT_LENGTH) pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** Returns the error that the process reported; its standard error may hold warnings too. */
function problemIn(text: string): string | null {
  const problems = text.trim().split('\n').map(parseFailure);
  return problems.findLast((problem) => problem !== null) ?? null;
}
