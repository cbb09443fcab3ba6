import { Select } from '../../shared/ui/select';
import { t } from '../../shared/l10n';
import { changeChoices } from '../data/change-choices';
import type { PlotProps } from '../plot';

/** The two columns along which the images are laid out. */
export function AxisChoices({ session, plot }: PlotProps) {
  const axes = plot.axes.value;
  if (axes === null) return null;
  return (
    <>
      <Select
        label="x"
        choices={axes.choices}
        value={axes.chosen[0]}
        onChange={(mapX) => changeChoices(session, t('layout'), { mapX })}
      />
      <Select
        label="y"
        choices={axes.choices}
        value={axes.chosen[1]}
        onChange={(mapY) => changeChoices(session, t('layout'), { mapY })}
      />
    </>
  );
}

export function ColourChoice({ session, plot }: PlotProps) {
  return (
    <Select
      label={t('Colour')}
      choices={plot.colours.value}
      value={plot.colour.value ?? ''}
      onChange={(mapColour) => changeChoices(session, t('colour'), { mapColour })}
    />
  );
}
