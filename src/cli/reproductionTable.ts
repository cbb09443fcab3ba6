import { READING_ACCURACY } from '../paper/compare';
import { paperBound } from '../paper/curve';
import { isMnist } from '../paper/setting';
import { formatCount, formatNats } from './format';
import type { Experiment, PanelResult } from './reproduction';

/** What the numbers must be read with; a sentence each. */
export function remarks({ dataset }: Experiment, results: readonly PanelResult[]): string[] {
  const label = results[0]?.test.label ?? '';
  const others = isMnist(dataset.fingerprint)
    ? []
    : [`The images are those of ${dataset.name}, not MNIST's as in the paper: the difference means nothing.`];
  return [
    ...others,
    `Bounds are in nats per datapoint, higher is better (${label}); ours are of one draw from the posterior per image.`,
    'A run records the bound of its validation split as it trains, so our curves are of that split; the test split is evaluated once, after all samples.',
    `The paper's are read off Figure 2 of arXiv:1312.6114 to ${READING_ACCURACY} nats; it says neither its split nor whether the images were binarised.`,
  ];
}

/** The table for people, in Markdown. */
export function markdownTable(experiment: Experiment, results: readonly PanelResult[]): string {
  const header = [
    'Nz',
    'samples',
    'test',
    'standard error',
    'validation',
    'paper, test',
    'difference',
    'seconds',
  ];
  const rows = results.map((result) => [
    String(result.latent),
    formatCount(result.samples),
    formatNats(result.test.elbo),
    formatNats(result.test.standardError),
    optional(result.validation.at(-1)?.elbo, formatNats),
    optional(result.paper, tenths),
    optional(result.difference, (value) => (value > 0 ? '+' : '') + tenths(value)),
    result.seconds.toFixed(1),
  ]);
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    `# Figure 2 on ${experiment.dataset.name}, seed ${experiment.seed}`,
    '',
    line(header),
    line(header.map(() => '---:')),
    ...rows.map(line),
    '',
    ...remarks(experiment, results).map((remark) => `- ${remark}`),
    '',
  ].join('\n');
}

/** The same for programs, with the validation curve beside the paper's test curve; null where there is no number. */
export function jsonTable(experiment: Experiment, results: readonly PanelResult[]): object {
  const { dataset, samples, seed } = experiment;
  return {
    figure: 'arXiv:1312.6114, Figure 2',
    data: { name: dataset.name, fingerprint: dataset.fingerprint, mnist: isMnist(dataset.fingerprint) },
    samples,
    seed,
    remarks: remarks(experiment, results),
    panels: results.map((result) => ({
      latent: result.latent,
      samples: result.samples,
      test: result.test.elbo,
      standardError: result.test.standardError,
      testImages: result.test.count,
      validation: result.validation.at(-1)?.elbo ?? null,
      paper: result.paper,
      difference: result.difference,
      seconds: result.seconds,
      run: result.folder,
      curve: result.validation.map((row) => ({
        samples: row.samples,
        validation: row.elbo,
        paper: paperBound(result.latent, row.samples),
      })),
    })),
  };
}

function tenths(value: number): string {
  return value.toFixed(1);
}

function optional(value: number | null | undefined, format: (value: number) => string): string {
  return value == null ? '-' : format(value);
}
