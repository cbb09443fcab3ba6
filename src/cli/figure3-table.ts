import { READING_ACCURACY } from '../paper/compare';
import { valueAt } from '../paper/curve';
import type { PaperSplit } from '../paper/figure2';
import { figure3Curve } from '../paper/figure3';
import { isMnist } from '../paper/setting';
import { MAX_IMAGES } from './figure3-run';
import type { LikelihoodPoint, LikelihoodResult } from './figure3-run';
import { METHOD_NAMES } from './figure/legend';
import { formatCount } from '../text/format-count';
import { formatNats } from './format';
import { markdownPage, optional, signedTenths, tenths } from './markdown';
import { otherImages, startValues } from './repeated-run';
import type { Experiment } from './repeated-run';

/** Returns the paper's value at the number of samples of our point; null outside its curve. */
export function paperLikelihood(
  { trainSize, method }: LikelihoodResult,
  { samples }: LikelihoodPoint,
  split: PaperSplit,
): number | null {
  return valueAt(figure3Curve(trainSize, split, method), samples);
}

/** Returns the remarks that qualify the numbers, one sentence each. */
function remarks(experiment: Experiment, k: number, results: readonly LikelihoodResult[]): string[] {
  const label = results[0]?.label ?? '';
  return [
    ...otherImages(experiment.dataset),
    startValues(experiment),
    `Ours is the importance-weighted bound L_k with k = ${formatCount(k)}, in nats per datapoint, higher is better (${label}), on the first ${formatCount(MAX_IMAGES)} images of a split (all, where there are fewer). It lies below the marginal log-likelihood and rises with k, most where a model has seen few images: --importance takes more.`,
    `The paper's are read off Figure 3 of arXiv:1312.6114 to ${READING_ACCURACY} nats. Its estimator is another: 50 draws from the posterior by Hybrid Monte Carlo for each of 1,000 images.`,
    "Of the paper's three algorithms, Monte Carlo EM is not repeated: its curve in the figure is the paper's alone.",
  ];
}

/** Formats the table as a Markdown page: each run after all of its samples. */
export function likelihoodMarkdown(
  experiment: Experiment,
  k: number,
  results: readonly LikelihoodResult[],
): string {
  const header = [
    ...['training images', 'algorithm', 'samples', 'test', 'standard error', 'paper, test', 'difference'],
    ...['training', 'standard error', 'paper, training', 'difference', 'seconds'],
  ];
  const rows = results.map((result) => {
    const point = result.points.at(-1)!;
    const cells = (split: PaperSplit): string[] => {
      const { logLikelihood, standardError } = point[split];
      const paper = paperLikelihood(result, point, split);
      const difference = paper === null ? null : logLikelihood - paper;
      return [
        formatNats(logLikelihood),
        formatNats(standardError),
        optional(paper, tenths),
        optional(difference, signedTenths),
      ];
    };
    return [
      formatCount(result.trainSize),
      METHOD_NAMES[result.method],
      formatCount(point.samples),
      ...cells('test'),
      ...cells('train'),
      result.seconds.toFixed(1),
    ];
  });
  const title = `Figure 3 on ${experiment.dataset.name}, seed ${experiment.seed}`;
  return markdownPage(title, header, rows, remarks(experiment, k, results));
}

/** Returns the table for JSON, with every point; missing numbers are null. */
export function likelihoodJson(
  experiment: Experiment,
  k: number,
  results: readonly LikelihoodResult[],
): object {
  const { dataset, samples, seed } = experiment;
  return {
    figure: 'arXiv:1312.6114, Figure 3',
    data: { name: dataset.name, fingerprint: dataset.fingerprint, mnist: isMnist(dataset.fingerprint) },
    samples,
    seed,
    k,
    remarks: remarks(experiment, k, results),
    runs: results.map((result) => ({
      trainSize: result.trainSize,
      algorithm: result.method,
      seconds: result.seconds,
      run: result.folder,
      points: result.points.map((point) => {
        const beside = (split: PaperSplit) => ({
          ...point[split],
          paper: paperLikelihood(result, point, split),
        });
        return { samples: point.samples, test: beside('test'), train: beside('train') };
      }),
    })),
  };
}
