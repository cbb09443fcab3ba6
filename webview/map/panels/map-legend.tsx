import { changeChoices } from '../data/change-choices';
import type { PlotProps } from '../plot';
import { withColour } from '../style/custom-colours';
import { Legend } from '../style/legend';
import { t } from '../../shared/l10n';

interface MapLegendProps extends PlotProps {
  readonly compact: boolean;
}

/** The legend that floats on the map; in a narrow view it is folded until it is opened. */
export function MapLegend({ session, plot, compact }: MapLegendProps) {
  const { mapHidden, mapLegend } = session.state.value;
  const styles = plot.styles.value;
  if (styles === null) return null;
  const { title, unit } = plot.colourTitle.value;
  return (
    <Legend
      colouring={styles.colouring}
      title={title}
      unit={styles.colouring.kind === 'scale' ? unit : ''}
      hidden={mapHidden}
      light={styles.light}
      own={styles.own}
      folded={mapLegend === 'folded' || (mapLegend === '' && compact)}
      onFold={(folded) => session.state.update({ mapLegend: folded ? 'folded' : 'open' })}
      onHide={(keys) => changeChoices(session, t('legend'), { mapHidden: keys })}
      onColour={(key, hex) =>
        session.state.update({ mapColours: withColour(session.state.value.mapColours, key, hex) })
      }
    />
  );
}
