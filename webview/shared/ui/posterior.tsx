import { useMemo } from 'preact/hooks';
import { dimensionOrder, posteriorChart } from '../charts/posterior';
import type { PosteriorSummary } from '../charts/posterior';
import { coordinate, nats } from '../format';
import { t } from '../l10n';
import { Mount } from './mount';
import { NumberTable } from './number-table';

interface PosteriorProps {
  readonly posterior: PosteriorSummary;
  /** Of the image. */
  readonly name: string;
  readonly sortByKl: boolean;
}

/** q(z|x) of an image per latent dimension, as a chart and as a table. */
export function Posterior({ posterior, name, sortByKl }: PosteriorProps) {
  const { mean, standardDeviation, klPerDimension } = posterior;
  const order = useMemo(() => dimensionOrder(klPerDimension, sortByKl), [klPerDimension, sortByKl]);
  const across = sortByKl ? t('dimensions by falling KL') : t('dimensions');
  const chart = useMemo(() => posteriorChart(posterior, order, across), [posterior, order]);
  return (
    <>
      <Mount node={chart} />
      <NumberTable
        summary={t('Posterior as a table')}
        label={t('Posterior of {0}', name)}
        heads={[t('Dimension'), t('Mean'), t('S.d.'), 'KL']}
        rows={() =>
          order.map((d) => [
            String(d),
            coordinate(mean[d]!),
            coordinate(standardDeviation[d]!),
            nats(klPerDimension[d]),
          ])
        }
      />
    </>
  );
}
