import { setImmediate as turn } from 'node:timers/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DatasetSource } from '../../datasets/dataset';
import { datasetColumns } from '../../datasets/labels/metadata-columns';
import type { Column } from '../../datasets/labels/metadata-columns';
import { fileOfImage } from '../../domain/page-id';
import { SPLIT_NAMES } from '../../domain/split';
import { DataError } from '../../images/data-error';
import { Covariance, project } from '../../latent/pca';
import type { Latents } from '../../runs/latents';
import { readTags } from '../../runs/tags';
import { readLayout } from '../../runs/umap-files';
import { encodedImages, sentence } from '../encoded-images';
import { predictedClasses } from './predicted-classes';
import { factsOf } from '../trained-run';
import type { TrainedRun } from '../trained-run';
import type { ExportWork } from '../work';

/** A column with a value per image. Null and NaN stand for a missing value. */
export type TableColumn =
  | { readonly kind: 'text'; readonly name: string; readonly values: readonly (string | null)[] }
  | { readonly kind: 'texts'; readonly name: string; readonly values: readonly (readonly string[])[] }
  | { readonly kind: 'number'; readonly name: string; readonly values: Float32Array | Float64Array }
  /** `width` numbers per image. */
  | {
      readonly kind: 'vector';
      readonly name: string;
      readonly width: number;
      readonly values: Float32Array;
    };

/** The images of a run, one a row. */
export interface LatentsTable {
  readonly count: number;
  readonly columns: readonly TableColumn[];
  /** What the numbers are of: run, step, dataset and the like. */
  readonly facts: Readonly<Record<string, string>>;
}

/** Values per image that principal components are computed of before signals are looked at. */
const BLOCK_VALUES = 2_000_000;

/**
 * Collects what is known of each image of a run.
 * @param withPlaces whether places on the map are columns @throws RunError, DataError; the abort reason
 */
export async function latentsTable(
  run: TrainedRun,
  work: ExportWork,
  withPlaces = true,
): Promise<LatentsTable> {
  const latents = await encodedImages(run, work);
  const { ids, labels, splits, elbo, mean, logVariance, dimensions, step } = latents;
  const { source } = run.config.data;
  const places = withPlaces ? await mapPlaces(run, latents, work) : [];
  const own: TableColumn[] = [
    { kind: 'text', name: 'id', values: ids },
    { kind: 'text', name: 'path', values: ids.map((id) => pathOf(source, id)) },
    ...(labels ? [textColumn('label', labels.names, labels.values)] : []),
    { kind: 'text', name: 'split', values: Array.from(splits, (part) => SPLIT_NAMES[part]!) },
    { kind: 'texts', name: 'tags', values: await tagsOf(run.folder, ids) },
    { kind: 'number', name: 'elbo', values: elbo },
    ...places,
    { kind: 'vector', name: 'mean', width: dimensions, values: mean },
    { kind: 'vector', name: 'logvariance', width: dimensions, values: logVariance },
  ];
  const said = await predictedClasses(run.folder, latents.fingerprint, work);
  if (said !== null)
    own.push(
      { kind: 'text', name: 'predicted_class', values: said.predicted },
      {
        kind: 'vector',
        name: 'class_probabilities',
        width: said.classes,
        values: said.probabilities,
      },
    );
  const others = await columnsOf(source, ids, own, work);
  const facts = { ...factsOf(run), ...said?.facts, step: String(step), fingerprint: latents.fingerprint };
  return { count: ids.length, columns: [...own, ...others], facts };
}

/** Returns the file of an image in a folder; null for an image in a file of many. */
function pathOf(source: DatasetSource, id: string): string | null {
  return source.kind === 'folder' ? join(fileURLToPath(source.uri), fileOfImage(id).file) : null;
}

function textColumn(name: string, names: readonly string[], values: ArrayLike<number>): TableColumn {
  return { kind: 'text', name, values: Array.from(values, (value) => names[value] ?? null) };
}

async function tagsOf(runFolder: string, ids: readonly string[]): Promise<string[][]> {
  const rows = new Map(ids.map((id, row) => [id, row]));
  const tagged = ids.map((): string[] => []);
  for (const { name, ids: of } of await readTags(runFolder))
    for (const id of of) tagged[rows.get(id) ?? -1]?.push(name);
  return tagged;
}

/** Returns the places of the images on the map's first two principal components, and by UMAP where they were laid out. */
async function mapPlaces(run: TrainedRun, latents: Latents, work: ExportWork): Promise<TableColumn[]> {
  const { mean, dimensions, step, fingerprint, ids } = latents;
  const covariance = new Covariance(dimensions);
  const block = dimensions * Math.max(1, Math.floor(BLOCK_VALUES / dimensions ** 2));
  for (let start = 0; start < mean.length; start += block) {
    covariance.add(mean.subarray(start, start + block));
    work.onProgress('principal components', Math.min(start + block, mean.length), mean.length);
    await turn();
    work.signal.throwIfAborted();
  }
  const components = covariance.components();
  const pca = ['pca_x', 'pca_y'].slice(0, dimensions).map((name, k): TableColumn => {
    return { kind: 'number', name, values: project(components, mean, k) };
  });
  const layout = await readLayout(run.folder, (damaged) => work.note(sentence(damaged)));
  if (layout?.step !== step || layout.fingerprint !== fingerprint || layout.count !== ids.length) {
    work.note(
      `There are no places by UMAP: ${layout ? 'those of the map are of other encodings' : 'the map has none yet'}. Lay it out with UMAP in the explorer, then export again.`,
    );
    return pca;
  }
  const axis = (number: number): Float32Array => layout.places.filter((_, i) => i % 2 === number);
  return [
    { kind: 'number', name: 'umap_x', values: axis(0) },
    { kind: 'number', name: 'umap_y', values: axis(1) },
    ...pca,
  ];
}

/** Returns the dataset's own columns. One whose name is taken is called `column_NAME`. */
async function columnsOf(
  source: DatasetSource,
  ids: readonly string[],
  own: readonly TableColumn[],
  { note }: ExportWork,
): Promise<TableColumn[]> {
  let columns: readonly Column[];
  try {
    columns = await datasetColumns(source, ids);
  } catch (error) {
    if (!(error instanceof DataError) && (error as NodeJS.ErrnoException).code === undefined) throw error;
    note(`The dataset's columns are missing. ${sentence((error as Error).message)}`);
    return [];
  }
  const taken = new Set(own.map(({ name }) => name));
  return columns.map((column): TableColumn => {
    const { name, names } = column;
    let free = name;
    while (taken.has(free) || /^(mean|logvariance|class_probabilities)_\d+$/.test(free))
      free = `column_${free}`;
    taken.add(free);
    return names === null
      ? { kind: 'number', name: free, values: column.values(ids) }
      : textColumn(free, names, column.values(ids));
  });
}
