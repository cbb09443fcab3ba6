import type { LatentPath } from '../../src/protocol/latent';
import type { PathKind } from '../../src/protocol/panel';
import { coordinate, nats } from '../shared/format';
import { NumberTable } from '../shared/ui/number-table';
import { t } from '../shared/l10n';
import { framePositions } from './frame-positions';

interface PathTableProps {
  readonly path: LatentPath;
  readonly kind: PathKind;
}

/** Table alternative of the strips and the chart. */
export function PathTable({ path, kind }: PathTableProps) {
  const { priorDensity, density, nearest } = path[kind];
  return (
    <NumberTable
      summary={t('Path as a table')}
      label={t('Frames of the path')}
      heads={['t', t('Prior'), t('Aggregate posterior'), t('Nearest image'), t('Distance')]}
      rows={() =>
        framePositions(path.at).map((place, i) => [
          place.toFixed(2),
          nats(priorDensity[i]),
          nats(density?.[i]),
          nearest?.ids[i] ?? '–',
          nearest ? coordinate(nearest.distances[i]!) : '–',
        ])
      }
    />
  );
}
