import { JAX, TORCH_EAGER } from './contenders';
import type { Result } from './rounds';
import type { Workload } from './workloads';

export interface Section {
  readonly workload: Workload;
  readonly results: readonly Result[];
}

export interface Heading {
  readonly date: string;
  readonly command: string;
  readonly machine: readonly string[];
  readonly rounds: number;
  readonly warmUp: number;
  /** Share of the cores' time that other programs took while contenders worked. */
  readonly disturbance: number;
  /** The system's load, lowest and highest. */
  readonly load: readonly [number, number];
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Three digits that say something. */
export function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : value >= 0.1 ? 2 : 4);
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map((_, i) => (i === 0 ? '---' : '--:'))), ...rows.map(line)];
}

function sectionLines({ workload, results }: Section): string[] {
  const measured = results.filter(({ figures, failed }) => figures.length > 0 && failed === undefined);
  /** The best median among these contenders. */
  const best = (of: 'figures' | 'processorFigures', ...names: string[]): number | null => {
    const those = measured.filter(({ contender }) => names.includes(contender.name));
    return those.length > 0 ? Math.min(...those.map((result) => median(result[of]))) : null;
  };
  const ratio = (value: number, to: number | null): string => (to === null ? '–' : (value / to).toFixed(2));
  const rows = measured.map(({ contender, figures, processorFigures, peakBytes, bound }) => {
    const middle = median(figures);
    const processor = median(processorFigures);
    return [
      contender.title,
      digits(middle),
      `${digits(Math.min(...figures))}–${digits(Math.max(...figures))}`,
      ratio(middle, best('figures', ...JAX)),
      ratio(middle, best('figures', TORCH_EAGER)),
      digits(processor),
      ratio(processor, best('processorFigures', ...JAX)),
      ratio(processor, best('processorFigures', TORCH_EAGER)),
      peakBytes === null ? '–' : (peakBytes / 2 ** 20).toFixed(0),
      ...(workload.task === 'train' ? [bound?.toFixed(1) ?? '–'] : []),
    ];
  });
  const [jax, torch] = ['÷ JAX', '÷ PyTorch eager'];
  const header = [
    ...['', workload.unit, 'fastest–slowest round', jax, torch],
    ...['processor time', jax, torch, 'peak MiB'],
  ];
  if (workload.task === 'train') header.push('bound, nats');
  const absent = results.flatMap(({ contender, skipped, failed }) => {
    if (failed !== undefined) return [`- ${contender.title}: failed: ${oneLine(failed)}`];
    return skipped === undefined ? [] : [`- ${contender.title}: skipped: ${oneLine(skipped)}`];
  });
  return [
    `## ${workload.title}`,
    '',
    ...(rows.length > 0 ? table(header, rows) : ['Nothing was measured.']),
    ...(absent.length > 0 ? ['', ...absent] : []),
    '',
  ];
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').slice(-200);

/** The whole of RESULTS.md. */
export function report(heading: Heading, sections: readonly Section[]): string {
  const results = sections.flatMap((section) => section.results);
  const builds = new Map(results.map(({ contender, build }) => [contender.title, build]));
  for (const { contender, build } of results) if (build) builds.set(contender.title, build);
  const known = [...builds].flatMap(([title, build]) => (build ? [`- ${title}: ${build}`] : []));
  return [
    '# Benchmark',
    '',
    `Measured on ${heading.date} with \`${heading.command}\`.`,
    '',
    ...heading.machine,
    `- Other programs took ${(heading.disturbance * 100).toFixed(0)} % of the cores' time meanwhile; the system's load was ${heading.load.map((load) => load.toFixed(1)).join(' to ')}`,
    '',
    `Medians over rounds: ${heading.rounds} that count, after ${heading.warmUp} of warm-up. The contenders run in turn, round by round,`,
    'each in a process of its own for each table; the peak is that of the resident set of this process. All do the same',
    'work, in float32 but for the rows of bfloat16: the same shapes, Bernoulli logits and the analytic KL, one draw, Adam, resident',
    'random images, order and noise drawn within the time. The bound is that of the last minibatch. Ratios are of medians; under 1 is faster;',
    'JAX is the faster of its rows. Encoding and decoding start and end in host memory. Processor time, in the same unit, is that of all threads',
    "and child processes: the clock is what a person waits for, but where other programs take the cores' time, only processor time compares,",
    'and this with `--threads 1` alone: with more, the threads of some libraries spin while they wait for one that has no core.',
    '',
    ...sections.flatMap(sectionLines),
    '## Versions',
    '',
    ...(known.length > 0 ? known : ['None ran.']),
    '',
  ].join('\n');
}
