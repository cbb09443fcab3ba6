import { useState } from 'preact/hooks';
import type { LatentPath } from '../../src/protocol/latent';
import type { PathKind } from '../../src/protocol/panel';
import { coordinate, nats } from '../shared/format';
import { t } from '../shared/l10n';
import { framePositions } from './frame-positions';

interface PathTableProps {
  readonly path: LatentPath;
  readonly kind: PathKind;
}

/** Table alternative of the strips and the chart, filled when opened. */
export function PathTable(props: PathTableProps) {
  const [open, setOpen] = useState(false);
  return (
    <details
      class="table-alternative"
      open={open}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary>{t('Path as a table')}</summary>
      <div class="table-scroll" tabIndex={0} role="region" aria-label={t('Frames of the path')}>
        {open && <Table {...props} />}
      </div>
    </details>
  );
}

function Table({ path, kind }: PathTableProps) {
  const { priorDensity, density, nearest } = path[kind];
  const titles = ['t', t('Prior'), t('Aggregate posterior'), t('Nearest image'), t('Distance')];
  return (
    <table class="numbers">
      <thead>
        <tr>
          {titles.map((title) => (
            <th key={title} scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {framePositions(path.at).map((place, i) => (
          <tr key={i}>
            <td>{place.toFixed(2)}</td>
            <td>{nats(priorDensity[i])}</td>
            <td>{nats(density?.[i])}</td>
            <td>{nearest?.ids[i] ?? '–'}</td>
            <td>{nearest ? coordinate(nearest.distances[i]!) : '–'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
