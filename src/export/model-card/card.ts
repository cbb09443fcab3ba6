import type { Split } from '../../datasets/dataset';
import { SPLIT_NAMES } from '../../domain/split';
import type { BoundSummary, ValidationRow } from '../../domain/metrics';
import { boundLabel } from '../../runs/bound-label';
import { settingRows } from '../../runs/setting-rows';
import type { RunAbout } from '../../domain/run-about';
import { formatCount } from '../../text/format-count';
import { parameterShapes } from '../../vae/parameters';
import type { TrainedRun } from '../trained-run';
import { plainMarkdown, table } from './markdown';

/** Facts of a card besides those in the run's configuration. */
export interface CardFacts {
  readonly about: RunAbout;
  /** Images of each part; null if the dataset cannot be read. */
  readonly split: Split | null;
  /** Files of pictures beside the card. */
  readonly pictures: { readonly reconstructions: string | null; readonly samples: string };
  /** The validation with the best bound; null if there was none. */
  readonly best: ValidationRow | null;
  /** The bound of the test images by the weights of the card; null if the dataset cannot be read. */
  readonly test:
    (BoundSummary & { readonly activeUnits: number; readonly bitsPerDimension: number | null }) | null;
  /** Draws per image and seed of that bound. */
  readonly noise: { readonly draws: number; readonly seed: number };
}

/** Makes model-card.md: what the model was trained on and how, what it reached under which conditions, and what it makes. */
export function modelCard(run: TrainedRun, facts: CardFacts): string {
  const { about, pictures } = facts;
  const { reconstructions, samples } = pictures;
  const tags = about.tags.length === 0 ? [] : [`Tags: ${about.tags.map(plainMarkdown).join(', ')}`];
  const notes = about.notes.trim() === '' ? [] : [quoted(about.notes)];
  const above =
    reconstructions === null ? [] : [`![Test images, each above its reconstruction](${reconstructions})`];
  const parts = [
    `# ${plainMarkdown(about.name === '' ? run.config.name : about.name)}`,
    'A variational autoencoder, trained with Latent Explorer.',
    ...tags,
    ...notes,
    '## Data',
    dataTable(run, facts.split),
    '## Model',
    modelTable(run),
    '## Bounds',
    boundsOf(run, facts),
    '## Pictures',
    ...above,
    `![Images decoded from points drawn from the prior](${samples})`,
    '## Settings',
    settingsTable(run),
  ];
  return `${parts.join('\n\n')}\n`;
}

const quoted = (text: string): string =>
  text
    .trim()
    .split(/\r?\n/)
    .map((line) => `> ${plainMarkdown(line)}  `)
    .join('\n');

function dataTable({ config: { data } }: TrainedRun, split: Split | null): string {
  const parts = split && SPLIT_NAMES.map((name) => `${formatCount(split[name].length)} ${name}`).join(', ');
  const { shift, flip } = data.augmentation;
  const changes = [...(shift > 0 ? [`shifts of up to ${shift} pixels`] : []), ...(flip ? ['flips'] : [])];
  return table(
    ['', ''],
    [
      ['Dataset', plainMarkdown(data.name)],
      ['Images', `${formatCount(data.count)}${parts === null ? '' : ` (${parts})`}`],
      ['Size', `${data.width} × ${data.height} pixels, ${data.channels === 1 ? 'grey' : 'colour'}`],
      ['Binarisation', data.binarisation],
      ['Augmentation', changes.join(', ') || 'none'],
      ['Fingerprint', `\`${data.fingerprint}\``],
    ],
  );
}

function modelTable({ config: { model }, step }: TrainedRun): string {
  const { convolution, encoderHidden, decoderHidden, latent, likelihood, activation } = model;
  const parameters = Object.values(parameterShapes(model)).reduce(
    (sum, shape) => sum + shape.reduce((a, b) => a * b, 1),
    0,
  );
  const units = (hidden: readonly number[]): string => hidden.map(formatCount).join(', ');
  const filters =
    convolution === null
      ? []
      : [
          [
            'Convolutions',
            `filters ${convolution.filters.join(', ')}; kernels of ${convolution.kernel}, stride 2`,
          ],
        ];
  return table(
    ['', ''],
    [
      ['Latent dimensions', formatCount(latent)],
      ['Likelihood', likelihood],
      ...filters,
      ['Hidden units of the encoder', units(encoderHidden)],
      ['Hidden units of the decoder', units(decoderHidden)],
      ['Activation', activation],
      ['Parameters', formatCount(parameters)],
      ['Training step', formatCount(step)],
    ],
  );
}

function boundsOf({ config, step }: TrainedRun, { best, test, noise }: CardFacts): string {
  const nats = (value: number): string => value.toFixed(2).replace('-', '−');
  const rows = [
    ...(best === null
      ? []
      : [
          [
            'validation, the best one',
            nats(best.elbo),
            '',
            nats(best.reconstruction),
            nats(best.kl),
            '',
            formatCount(best.step),
          ],
        ]),
    ...(test === null
      ? []
      : [
          [
            'test',
            nats(test.elbo),
            nats(test.standardError),
            nats(test.reconstruction),
            nats(test.kl),
            formatCount(test.count),
            formatCount(step),
          ],
        ]),
  ];
  if (rows.length === 0) return 'There are none.';
  const head = ['images of', 'bound', 'standard error', 'reconstruction', 'KL', 'images', 'step'];
  const conditions = `In nats per datapoint, higher is better: ${boundLabel(config)}. bound = reconstruction − KL.`;
  const draws = `The test bound has ${noise.draws} draw of the latent variables per image, seed ${noise.seed}.`;
  const active =
    test &&
    `${formatCount(test.activeUnits)} of ${formatCount(config.model.latent)} latent dimensions are active on the test images.`;
  const bits =
    test?.bitsPerDimension == null
      ? null
      : `The test bound is ${test.bitsPerDimension.toFixed(3)} bits per dimension.`;
  const sentences = [conditions, test && draws, active, bits].filter((sentence) => sentence !== null);
  return `${sentences.join(' ')}\n\n${table(head, rows)}`;
}

/** All settings but those of the data, which name places on the machine. */
function settingsTable({ config }: TrainedRun): string {
  const rows = settingRows([config]).filter(({ name }) => !name.startsWith('data.'));
  return table(
    ['setting', 'value'],
    rows.map(({ name, values: [value] }) => [plainMarkdown(name), plainMarkdown(value ?? '')]),
  );
}
