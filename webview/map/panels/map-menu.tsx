import type { RunSession } from '../../shared/run-session';
import { Popover } from '../../shared/ui/menu';
import { Button, Checkbox } from '../../shared/ui/widgets';
import { t } from '../../shared/l10n';
import { exportTable } from '../selection/export-table';
import type { PlotProps } from '../plot';
import { AxisChoices, ColourChoice } from './axis-controls';
import { ClassifierPart } from './classifier-part';

interface MapMenuProps extends PlotProps {
  readonly compact: boolean;
}

/** What is drawn beside the points, the table of what is in view, and the table of all as a file. */
export function MapMenu({ session, plot, compact }: MapMenuProps) {
  return (
    <Popover label={t('More of the map')} button="⋯" class="map-menu">
      {(close) => (
        <div class="map-form">
          {compact && <ColourChoice session={session} plot={plot} />}
          {compact && plot.axes.value?.layout === 'columns' && <AxisChoices session={session} plot={plot} />}
          <Switches session={session} />
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

function Switches({ session }: { readonly session: RunSession }) {
  const { state } = session;
  const { mapThumbnails, mapDecode, mapContours, mapClusters, mapTable } = state.value;
  return (
    <>
      <Checkbox checked={mapThumbnails} onChange={(on) => state.update({ mapThumbnails: on })}>
        {t('Thumbnails')}
      </Checkbox>
      <Checkbox
        checked={mapDecode}
        title={t('Decodes the point under the mouse')}
        onChange={(on) => {
          state.update({ mapDecode: on });
          if (!on) session.inspector.pin(null);
        }}
      >
        {t('Decode')}
      </Checkbox>
      <Checkbox
        checked={mapContours}
        title={t('Around the densest quarter, half, three quarters and 95 % of the images shown')}
        onChange={(on) => state.update({ mapContours: on })}
      >
        {t('Density contours')}
      </Checkbox>
      <Checkbox
        checked={mapClusters}
        title={t('Names groups of images by their commonest label or tag, with its share')}
        onChange={(on) => state.update({ mapClusters: on })}
      >
        {t('Cluster names')}
      </Checkbox>
      <Checkbox checked={mapTable} onChange={(on) => state.update({ mapTable: on })}>
        {t('Images in view as a table')}
      </Checkbox>
    </>
  );
}
