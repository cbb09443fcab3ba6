import { EXPORT_FILES } from '../../domain/export-formats';
import { DataError } from '../../images/data-error';
import { evenlySpread } from '../../model/evaluation';
import { readMetricsRecord } from '../../runs/metrics';
import { imagesOf, sentence } from '../encoded-images';
import { latentsTable } from '../latents/table';
import type { LatentsTable } from '../latents/table';
import type { ExportedFile, TrainedRun } from '../trained-run';
import type { ExportWork } from '../work';
import { curveEvents, settingsEvents } from './curves';
import { MAX_POINTS, metadataTsv, projectorConfig, spriteOf, vectorsTsv } from './projector';

/** Makes a folder for TensorBoard: curves, settings, and the projector's files. @throws as `latentsTable`, ForeignFileError */
export async function tensorboardFiles(run: TrainedRun, work: ExportWork): Promise<ExportedFile[]> {
  const { rows: metrics } = await readMetricsRecord(run.folder);
  const table = await latentsTable(run, work, false);
  const rows = evenlySpread(
    Uint32Array.from({ length: table.count }, (_, i) => i),
    MAX_POINTS,
  );
  if (rows.length < table.count)
    work.note(
      `The projector shows ${rows.length.toLocaleString('en')} of ${table.count.toLocaleString('en')} images, spread evenly.`,
    );
  const sprite = await thumbnails(run, table, rows, work);
  const [settings, train, validation, config, vectors, metadata, picture] = EXPORT_FILES.tensorboard;
  const { latent } = run.config.model;
  return [
    { name: settings, content: [settingsEvents(run)] },
    { name: train, content: curveEvents(run.config, metrics, 'train') },
    { name: validation, content: curveEvents(run.config, metrics, 'validation') },
    { name: config, content: projectorConfig(rows.length, latent, sprite) },
    { name: vectors, content: vectorsTsv(table, rows) },
    { name: metadata, content: metadataTsv(table, rows) },
    ...(sprite ? [{ name: picture, content: [sprite.png] }] : []),
  ];
}

/** Draws the images of some rows of the table; null, with a note, if the dataset cannot be read. */
async function thumbnails(
  run: TrainedRun,
  { columns }: LatentsTable,
  rows: Uint32Array,
  work: ExportWork,
): Promise<ReturnType<typeof spriteOf> | null> {
  const ids = columns.find((column) => column.name === 'id' && column.kind === 'text');
  if (ids?.kind !== 'text') throw new Error('a table without ids');
  try {
    const dataset = await imagesOf(run, work);
    const known = new Map(Array.from({ length: dataset.count }, (_, i) => [dataset.id(i), i]));
    return spriteOf(
      dataset,
      Array.from(rows, (row) => known.get(ids.values[row]!) ?? -1),
    );
  } catch (error) {
    if (!(error instanceof DataError) && (error as NodeJS.ErrnoException).code === undefined) throw error;
    work.note(`There are no pictures. ${sentence((error as Error).message)}`);
    return null;
  }
}
