import { useState } from 'preact/hooks';
import { count, nats } from '../../shared/format';
import { TableHead } from '../../shared/ui/table-head';
import { Button } from '../../shared/ui/widgets';
import { t } from '../../shared/l10n';
import { axisName } from '../data/axis-choices';
import { rowOf } from '../data/plot-data';
import type { PlotProps } from '../plot';

const PAGE_ROWS = 100;

/** Table alternative of the images in view. */
export function PointsTable({ session, plot }: PlotProps) {
  const [limit, setLimit] = useState(PAGE_ROWS);
  const { drawn } = plot;
  void plot.views.value;
  if (drawn === null) return null;
  const indices = plot.canvas.inView(limit + 1);
  const rows = indices.slice(0, limit).map((index) => rowOf(drawn, index));
  const heads = [
    t('Image'),
    t('Label'),
    t('Split'),
    'ELBO',
    ...[drawn.x, drawn.y].map((axis) => axisName(drawn.data.set, axis)),
  ];
  const isMore = indices.length > limit;
  return (
    <div class="map-table-panel">
      <div class="map-table-head">
        <h3>
          {isMore
            ? t('Images in view (first {0})', count(rows.length))
            : t('Images in view ({0})', count(rows.length))}
        </h3>
        <button
          type="button"
          class="pane-close"
          aria-label={t('Close the table')}
          onClick={() => session.state.update({ mapTable: false })}
        >
          ✕
        </button>
      </div>
      <div class="table-scroll" tabIndex={0} role="region" aria-label={t('Images in view')}>
        <table class="numbers map-table">
          <TableHead names={heads} />
          <tbody>
            {rows.map(({ id, label, split, x, y, elbo }) => (
              <tr key={id}>
                <th scope="row">
                  <button type="button" class="link" title={id} onClick={() => plot.choose(id, true)}>
                    {id}
                  </button>
                </th>
                <td>{label}</td>
                <td>{split}</td>
                <td>{nats(elbo)}</td>
                <td>{x}</td>
                <td>{y}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {isMore && <Button onClick={() => setLimit(limit + PAGE_ROWS)}>{t('Show More')}</Button>}
      </div>
    </div>
  );
}
