import type { ReportLine } from '../domain/report-line';
import type { DatasetSource, SplitRequest } from './dataset';
import { loadDataset } from './load';
import type { LoadOptions } from './load';
import { datasetReport } from './report';
import type { DatasetReport } from './report';
import { reportLines } from './report-lines';
import { binarised } from './sampling/binarise';
import type { Binarisation } from './sampling/binarise';
import { representativeImages } from './sampling/representative-rows';
import { sourceStatistics } from './source-statistics';
import type { SourceStatistics } from './source-statistics';

/** An image as a model will see it. */
interface ExampleImage {
  readonly id: string;
  /** height * width * channels bytes, as base64. */
  readonly pixels: string;
}

/** Report about a dataset that was loaded to be looked at. */
export interface Inspection extends DatasetReport {
  readonly originals: SourceStatistics;
  /** The report in words. */
  readonly lines: readonly ReportLine[];
  /** Images that represent the dataset. */
  readonly examples: readonly ExampleImage[];
}

/** How a run would use the dataset. */
export interface InspectOptions extends LoadOptions {
  readonly split?: SplitRequest;
  readonly binarisation?: Binarisation;
  /** Number of example images; 0 by default. */
  readonly examples?: number;
}

/** Loads a dataset as a run would, and describes its contents. @throws DataError as `loadDataset` */
export async function inspectDataset(
  source: DatasetSource,
  options: InspectOptions = {},
): Promise<Inspection> {
  const dataset = await loadDataset(source, options);
  const report = datasetReport(dataset, options.split);
  const originals = await sourceStatistics(dataset, options);
  const seen = binarised(dataset, options.binarisation ?? 'none', options.split?.seed ?? 0);
  const rows = representativeImages(dataset, options.examples ?? 0, options.split?.seed ?? 0);
  const examples = Array.from(rows, (index) => ({
    id: dataset.id(index),
    pixels: Buffer.from(seen.images.gather([index])).toString('base64'),
  }));
  return { ...report, originals, lines: reportLines(report, originals), examples };
}
