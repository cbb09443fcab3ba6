import { CurveRows } from '../../domain/curve-rows';
import { EXPORT_FILES } from '../../domain/export-formats';
import type { PageImages } from '../../domain/export-formats';
import { MAX_DECODER_BYTES, decoderBytes } from '../../model/decoder-weights';
import type { RunView } from '../../protocol/panel';
import { PAGE_FORMAT } from '../../protocol/web-page';
import type { PageFacts } from '../../protocol/web-page';
import { readAbout } from '../../runs/about';
import { boundLabel } from '../../runs/bound-label';
import { readMetrics } from '../../runs/metrics';
import { layersOf, objectiveOf } from '../../runs/model-facts';
import { shapeOf } from '../../runs/run-shape';
import { formatCount } from '../../text/format-count';
import { decoderShapes } from '../../vae/decoder-weights';
import type { ExportedFile, TrainedRun } from '../trained-run';
import type { ExportWork } from '../work';
import { pageText } from './page-bytes';
import type { PageArrays } from './page-bytes';
import { pageImages } from './page-images';
import type { PageImageData } from './page-images';

/** Numbers kept of the curve: some 2,000 rows, more than a screen has pixels. */
const MAX_CURVE_NUMBERS = 32_000;

/** Where the data stands in the page that esbuild.mjs writes. */
const DATA_PLACE = '{{data}}';

/** Which images of the dataset a page holds, and whether with the names of their files. */
export interface WebPageChoice {
  readonly images: PageImages;
  readonly fileNames: boolean;
}

/**
 * Makes a page that explores the run in any browser, without a server and without a network.
 * @param template the page without data @throws RunError; the abort reason
 */
export async function webPageFiles(
  run: TrainedRun,
  choice: WebPageChoice,
  template: string,
  work: ExportWork,
): Promise<ExportedFile[]> {
  const [head, tail] = template.split(DATA_PLACE);
  if (head === undefined || tail === undefined)
    throw new Error('the page of Latent Explorer is damaged: install it again');
  const images = await pageImages(run, choice, work);
  const facts = await factsOf(run, choice, images);
  const parameters = facts.decoderTooLarge === null ? decoderArrays(run) : {};
  work.note(holds(run, facts, images));
  const [name] = EXPORT_FILES.html;
  const data = (): Iterable<Uint8Array> =>
    pageText(facts, { ...images?.arrays, ...parameters }, (done, total) =>
      work.onProgress('bytes of the page', done, total),
    );
  return [{ name, content: joined(head, data, tail) }];
}

function* joined(head: string, data: () => Iterable<Uint8Array>, tail: string): Generator<Uint8Array> {
  yield Buffer.from(head);
  yield* data();
  yield Buffer.from(tail);
}

const decoderArrays = ({ config, parameters }: TrainedRun): PageArrays =>
  Object.fromEntries(
    Object.keys(decoderShapes(config.model)).map((name) => [`parameter:${name}`, parameters[name]!]),
  );

async function factsOf(
  run: TrainedRun,
  { images, fileNames }: WebPageChoice,
  held: PageImageData | null,
): Promise<Omit<PageFacts, 'arrays'>> {
  const { config, step } = run;
  const bytes = decoderBytes({ config });
  const curve = new CurveRows(MAX_CURVE_NUMBERS);
  for (const row of await readMetrics(run.folder)) curve.add(row);
  return {
    ...{ format: PAGE_FORMAT, step, images, fileNames, product: config.versions.product },
    run: await runFacts(run),
    model: config.model,
    ...shapeOf(config),
    rows: curve.rows(),
    decoderTooLarge: bytes > MAX_DECODER_BYTES ? { bytes, limit: MAX_DECODER_BYTES } : null,
    map: held?.map ?? null,
  };
}

/** Returns the run as views know it, without its place on this machine. */
async function runFacts({ folder, config }: TrainedRun): Promise<RunView> {
  const { name, notes, tags } = await readAbout(folder);
  const { data, preset, training, model } = config;
  return {
    uri: 'page:run',
    name: name === '' ? config.name : name,
    ...{ notes, tags, preset, algorithm: training.algorithm, latent: model.latent },
    dataset: `${data.name}, ${formatCount(data.count)} images of ${data.width} × ${data.height}`,
    layers: layersOf(config),
    fingerprint: data.fingerprint,
    boundLabel: boundLabel(config),
    objective: objectiveOf(config),
    ...{ live: null, cluster: null, outcome: 'stopped', message: '', lowerLearningRate: null },
  };
}

/** Says what of the run and of its dataset the page holds: whoever gets it gets that. */
function holds(
  { config }: TrainedRun,
  { map, decoderTooLarge, fileNames }: Omit<PageFacts, 'arrays'>,
  images: PageImageData | null,
): string {
  const parts = [
    decoderTooLarge === null
      ? "the decoder's weights"
      : `no weights, because a page decodes models of up to ${formatCount(decoderTooLarge.limit)} bytes and this decoder takes ${formatCount(decoderTooLarge.bytes)}`,
    'curve and settings',
    ...(map === null
      ? []
      : [
          `the places of ${formatCount(map.count)} images`,
          map.labelNames === null ? 'no labels' : `labels (${formatCount(map.labelNames.length)} names)`,
        ]),
    images === null || images.pictured === 0
      ? 'no pictures of images'
      : `pictures of ${formatCount(images.pictured)} images of ${config.data.width} × ${config.data.height}`,
    ...(map === null ? [] : [fileNames ? 'names of files' : 'no names of files']),
    ...(map !== null && map.tags.length > 0 ? [`${formatCount(map.tags.length)} tags of images`] : []),
  ];
  return `The page holds the run's name, notes and tags, the dataset's name, ${parts.join(', ')}.`;
}
