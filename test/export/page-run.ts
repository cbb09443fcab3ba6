import { dirname } from 'node:path';
import { mkdir } from 'node:fs/promises';
import { loadDataset } from '../../src/datasets/load';
import { splitDataset } from '../../src/datasets/split';
import type { WebPageChoice } from '../../src/export/web-page/web-page';
import { webPageFiles } from '../../src/export/web-page/web-page';
import type { TrainedRun } from '../../src/export/trained-run';
import type { ExportWork } from '../../src/export/work';
import type { VaeConfig } from '../../src/vae/config';
import { runConfigSchema } from '../../src/runs/config';
import { writeLatents } from '../../src/runs/latents';
import { writeConfig } from '../../src/runs/store';
import { EARLY_CONFIG } from '../support/run-config';
import { parametersOf, wave } from './support';

/** Models of 28 x 28 grey pixels with three latent dimensions. */
const perceptron: VaeConfig = {
  ...{ inputSize: 784, convolution: null, encoderHidden: [6], decoderHidden: [7], latent: 3 },
  ...{ activation: 'tanh', likelihood: 'bernoulli' },
};
export const PAGE_MODELS = {
  perceptron,
  convolutions: {
    ...perceptron,
    convolution: { width: 28, height: 28, channels: 1, filters: [3, 4], kernel: 4 },
    activation: 'relu',
    likelihood: 'discretized-logistic',
  },
} as const satisfies Record<string, VaeConfig>;

const STEP = 1234;
const COUNT = 300;

/** What the run's images are called by whoever wrote the folder: ten names. */
export const HOSTILE = [
  '</script><script>window.hacked = 1</script>',
  '<img src=x onerror="window.hacked = 1">',
  '<!-- <script>',
  ']]>\u2028\u2029window.hacked=1',
  '{{data}}',
  '"><base href=http://a.invalid>',
  "javascript:window.hacked=1//'",
  '\u202e<b>right to left',
  '__proto__',
  'plain',
];

/** Writes the folder of a run on the built-in digits, as if trained and encoded. */
export async function pageRun(folder: string, model: VaeConfig): Promise<TrainedRun> {
  const source = { kind: 'digits', count: COUNT, seed: 0 } as const;
  const dataset = await loadDataset(source);
  const { labels, fingerprint, count } = dataset;
  const data = { ...EARLY_CONFIG.data, source, fingerprint, count, binarisation: 'none' };
  const config = runConfigSchema.parse({ ...EARLY_CONFIG, data, model });
  await mkdir(dirname(folder), { recursive: true });
  await mkdir(folder);
  await writeConfig(folder, config);
  const split = splitDataset(dataset, config.data.split);
  const splits = new Uint8Array(count);
  split.validation.forEach((row) => (splits[row] = 1));
  split.test.forEach((row) => (splits[row] = 2));
  await writeLatents(folder, {
    ...{ step: STEP, fingerprint, dimensions: model.latent, splits },
    ids: Array.from({ length: count }, (_, i) => dataset.id(i)),
    labels: { names: HOSTILE, values: labels!.values },
    mean: wave(count * model.latent, 1).map((value) => 4 * value),
    logVariance: wave(count * model.latent, 2),
    elbo: wave(count, 3).map((value) => 100 * value - 120),
  });
  return { folder, config, parameters: parametersOf(model), step: STEP };
}

/** What an export of a run with a map needs. */
export const WORK: ExportWork = {
  engine: () => Promise.reject(new Error('nothing has to be encoded')),
  load: { threads: 1 },
  signal: new AbortController().signal,
  note: () => undefined,
  onProgress: () => undefined,
};

/** Makes the page of a run. @param template as esbuild.mjs writes it */
export async function pageOf(
  run: TrainedRun,
  template: string,
  choice: WebPageChoice = { images: 'sample', fileNames: false },
): Promise<{ readonly html: string; readonly notes: readonly string[] }> {
  const notes: string[] = [];
  const work = { ...WORK, note: (sentence: string) => void notes.push(sentence) };
  const [file, ...others] = await webPageFiles(run, choice, template, work);
  if (others.length > 0 || typeof file?.content === 'string') throw new Error('expected one file in pieces');
  const pieces: Uint8Array[] = [];
  for await (const piece of file!.content) pieces.push(piece);
  return { html: Buffer.concat(pieces).toString('utf8'), notes };
}
