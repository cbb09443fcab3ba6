import type { Dataset } from '../datasets/dataset';
import type { PerImage } from '../model/evaluation';
import { csvField } from '../shared/csv-field';

/** Formats one CSV line per image, in the order of the dataset: `id,elbo,reconstruction,kl`, and `logLikelihood` if requested. */
export function perImageCsv(dataset: Pick<Dataset, 'id'>, rows: Uint32Array, perImage: PerImage): string {
  const { elbo, reconstruction, kl, logLikelihood } = perImage;
  const columns = [elbo, reconstruction, kl, ...(logLikelihood ? [logLikelihood] : [])];
  const header = ['id', 'elbo', 'reconstruction', 'kl', ...(logLikelihood ? ['logLikelihood'] : [])];
  const lines = Array.from(rows, (row, i) =>
    [csvField(dataset.id(row)), ...columns.map((column) => String(column[i]!))].join(','),
  );
  return `${[header.join(','), ...lines].join('\n')}\n`;
}
