import { exportedNames } from '../../domain/export-formats';
import type { TableType } from '../../domain/export-formats';
import type { ExportedFile, TrainedRun } from '../trained-run';
import type { ExportWork } from '../work';
import { toCsv } from './csv';
import { toNpz } from './npz';
import { toParquet } from './parquet';
import { latentsTable } from './table';
import type { LatentsTable } from './table';

const WRITERS: Readonly<Record<TableType, (table: LatentsTable) => Iterable<Uint8Array>>> = {
  parquet: toParquet,
  csv: toCsv,
  npz: toNpz,
};

/** Makes one table of the images of a run: encodings, bounds, positions on the map, labels, tags. @throws as `latentsTable` */
export async function latentsFiles(
  run: TrainedRun,
  table: TableType,
  work: ExportWork,
): Promise<ExportedFile[]> {
  const images = await latentsTable(run, work);
  const [name] = exportedNames({ format: 'latents', table });
  return [{ name: name!, content: WRITERS[table](images) }];
}
