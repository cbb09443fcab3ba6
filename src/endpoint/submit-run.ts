import { parseSubmitLine } from '../protocol/schemas/submit-line';
import type { SentParts, SubmitLine } from '../protocol/schemas/submit-line';
import { runVae } from './run-vae';

/** A new run for a cluster, as `vae submit` takes it. Paths are absolute. */
export interface SubmitRequest {
  /** Name of the cluster. */
  readonly on: string;
  /** New, empty folder of the run. */
  readonly runFolder: string;
  /** Path of the dataset, or `digits:N`; null if the images are on the cluster alone. */
  readonly data: string | null;
  /** Where the nodes see the images; null to send them. */
  readonly dataOnCluster: string | null;
  readonly preset: string;
  readonly seed: number;
  readonly set: Readonly<Record<string, string>>;
  readonly labels: string | null;
  readonly labelColumn: string | null;
  /** Path of `.vae/excluded.json`, to leave out the images that it lists. */
  readonly leaveOut: string | null;
  /** Name of the engine there, or `auto`; its number of threads, 0 for as many as the run has CPUs. */
  readonly engine: string;
  readonly threads: number;
}

/** Returns the arguments of `vae` for a new run. */
export function submitArguments(request: SubmitRequest): string[] {
  const { on, runFolder, data, dataOnCluster, preset, seed, set, labels, labelColumn, leaveOut } = request;
  const given = Object.entries({
    ...{ '--data': data, '--data-on-cluster': dataOnCluster, '--labels': labels },
    ...{ '--label-column': labelColumn, '--leave-out': leaveOut },
  }).flatMap(([option, value]) => (value === null ? [] : [option, value]));
  return [
    ...['submit', '--on', on, '--run', runFolder, '--preset', preset, '--seed', String(seed)],
    ...given,
    ...Object.entries(set).flatMap(([key, value]) => ['--set', `${key}=${value}`]),
    ...['--engine', request.engine],
    ...(request.threads > 0 ? ['--threads', String(request.threads)] : []),
  ];
}

/** A run of a cluster that is submitted again, as `vae resume` takes it. */
export interface ResubmitRequest {
  readonly runFolder: string;
  /** The learning rate from here on; null to keep the run's. */
  readonly learningRate: number | null;
  /** Training datapoints in all; null for as many as planned. */
  readonly samples: number | null;
  /** Whether it is one of the times that a run is submitted again which was lost. */
  readonly isRetry: boolean;
}

export const resubmitArguments = (request: ResubmitRequest): string[] => [
  ...['resume', request.runFolder],
  ...(request.learningRate === null ? [] : ['--set', `learningRate=${request.learningRate}`]),
  ...(request.samples === null ? [] : ['--samples', String(request.samples)]),
  ...(request.isRetry ? ['--as-retry'] : []),
];

/**
 * Packs and submits a run or a sweep in a process of its own, with `vae`, which says what it will send and waits for an answer.
 * @param token for the cluster, in the environment of the process alone; null to take that of Ray's own tools
 * @param agrees asks a person; nothing is sent or written otherwise
 * @returns false if it was declined
 * @throws Error with the reason if it cannot be submitted; the abort reason, after the process was killed
 */
export async function submitRun(
  args: readonly string[],
  engineFolder: string,
  token: string | null,
  agrees: (parts: SentParts) => Promise<boolean>,
  signal: AbortSignal,
): Promise<boolean> {
  let answer: (line: string) => void = () => undefined;
  const answered = new Promise<string>((resolve) => (answer = resolve));
  let last: Exclude<SubmitLine['type'], 'sends'> | null = null;
  const onLine = (text: string): void => {
    const line = parseSubmitLine(text);
    if (line === null) return;
    if (line.type !== 'sends') last = line.type;
    else
      agrees(line).then(
        (isAgreed) => answer(isAgreed ? 'yes' : 'no'),
        () => answer('no'),
      );
  };
  await runVae([...args, '--json', '--ask-on-stdin'], engineFolder, signal, onLine, {
    env: token === null ? {} : { RAY_AUTH_TOKEN: token },
    answer: answered,
  }).catch((error: unknown) => {
    // It exits as one that was interrupted.
    if (last !== 'declined') throw error;
  });
  return last === 'submitted' || last === 'carried-out';
}
