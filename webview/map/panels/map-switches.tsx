import { t } from '../../shared/l10n';
import { Checkbox } from '../../shared/ui/widgets';
import type { PlotProps } from '../plot';
import { AxisChoices, ColourChoice } from './axis-controls';

interface MapSwitchesProps extends PlotProps {
  readonly compact: boolean;
  readonly hasThumbnails?: boolean;
  readonly hasDecoder?: boolean;
  readonly hasClusters?: boolean;
}

/** What is drawn beside the points, and in a narrow map what there is no room for elsewhere. */
export function MapSwitches({
  session,
  plot,
  compact,
  hasThumbnails = true,
  hasDecoder = true,
  hasClusters = true,
}: MapSwitchesProps) {
  const { state } = session;
  const { mapThumbnails, mapDecode, mapContours, mapClusters, mapTable } = state.value;
  return (
    <>
      {compact && <ColourChoice session={session} plot={plot} />}
      {compact && plot.axes.value?.layout === 'columns' && <AxisChoices session={session} plot={plot} />}
      {hasThumbnails && (
        <Checkbox checked={mapThumbnails} onChange={(on) => state.update({ mapThumbnails: on })}>
          {t('Thumbnails')}
        </Checkbox>
      )}
      {hasDecoder && (
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
      )}
      <Checkbox
        checked={mapContours}
        title={t('Around the densest quarter, half, three quarters and 95 % of the images shown')}
        onChange={(on) => state.update({ mapContours: on })}
      >
        {t('Density contours')}
      </Checkbox>
      {hasClusters && (
        <Checkbox
          checked={mapClusters}
          title={t('Names groups of images by their commonest label or tag, with its share')}
          onChange={(on) => state.update({ mapClusters: on })}
        >
          {t('Cluster names')}
        </Checkbox>
      )}
      <Checkbox checked={mapTable} onChange={(on) => state.update({ mapTable: on })}>
        {t('Images in view as a table')}
      </Checkbox>
    </>
  );
}
