import { Popover } from '../../shared/ui/menu';
import { Button } from '../../shared/ui/widgets';
import { t } from '../../shared/l10n';
import { exportTable } from '../selection/export-table';
import type { PlotProps } from '../plot';
import { ClassifierPart } from './classifier-part';
import { MapSwitches } from './map-switches';

interface MapMenuProps extends PlotProps {
  readonly compact: boolean;
}

/** What is drawn beside the points, the table of what is in view, and the table of all as a file. */
export function MapMenu({ session, plot, compact }: MapMenuProps) {
  return (
    <Popover label={t('More of the map')} button="⋯" class="map-menu">
      {(close) => (
        <div class="map-form">
          <MapSwitches session={session} plot={plot} compact={compact} />
          <ClassifierPart session={session} />
          <Button
            title={t('Places, labels, bounds, tags and columns as a table')}
            onClick={() => {
              close();
              const { data } = plot.map;
              const left = plot.narrowing.left.peek();
              if (data === null) return;
              const indices = [...data.images.ids.keys()].filter((i) => left === null || left[i] === 1);
              void session.attempt('action', () => exportTable(session, indices));
            }}
          >
            {t('Export CSV…')}
          </Button>
        </div>
      )}
    </Popover>
  );
}
