import { READING_ACCURACY } from '../paper/compare';
import { paperBound } from '../paper/curve';
import { isMnist } from '../paper/setting';
import type { RunResult } from './figure2-run';
import { METHOD_NAMES } from './figure/legend';
import { formatCount } from '../text/format-count';
import { formatNats } from './format';
import { markdownPage, optional, signedTenths, tenths } from './markdown';
import { otherImages, startValues } from './repeated-run';
import type { Experiment } from './repeated-run';

/** Returns the remarks that qualify the numbers, one sentence each. */
function remarks(experiment: Experiment, results: readonly RunResult[]): string[] {
  const label = results[0]?.test.label ?? '';
  return [
    ...otherImages(experiment.dataset),
    startValues(experiment),
    `Bounds are in nats per datapoint, higher is better (${label}); ours are of one draw from the posterior per image.`,
    'A run records the bound of its validation split as it trains, so our curves are of that split; the test split is evaluated once, after all samples.',
    `The paper's are read off Figure 2 of arXiv:1312.6114 to ${READING_ACCURACY} nats; it says neither its split nor whether the images were binarised.`,
  ];
}

/** Formats the table as a Markdown page. */
export function markdownTable(experiment: Experiment, results: readonly RunResult[]): string {
  const header = [
    ...['Nz', 'algorithm', 'samples', 'test', 'standard error'],
    ...['validation', 'paper, test', 'difference', 'seconds'],
  ];
  const rows = results.map((result) => [
    String(result.latent),
    METHOD_NAMES[result.method],
    formatCount(result.samples),
    formatNats(result.test.elbo),
    formatNats(result.test.standardError),
    optional(result.validation.at(-1)?.elbo, formatNats),
    optional(result.paper, tenths),
    optional(result.difference, signedTenths),
    result.seconds.toFixed(1),
  ]);
  const title = `Figure 2 on ${experiment.dataset.name}, seed ${experiment.seed}`;
  return markdownPage(title, header, rows, remarks(experiment, results));
}

/** Returns the table for JSON, with the validation curve beside the paper's test curve; missing numbers are null. */
export function jsonTable(experiment: Experiment, results: readonly RunResult[]): object {
  const { dataset, samples, seed } = experiment;
  return {
    figure: 'arXiv:1312.6114, Figure 2',
    data: { name: dataset.name, fingerprint: dataset.fingerprint, mnist: isMnist(dataset.fingerprint) },
    samples,
    seed,
    remarks: remarks(experiment, results),
    panels: results.map((result) => ({
      latent: result.latent,
      algorithm: result.method,
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
        paper: paperBound(result.latent, row.samples, 'test', result.method),
      })),
    })),
  };
}
