import { ErrorText } from '../../shared/ui/notice';
import type { MapPlot } from '../plot';

/** One line for each source of messages: success of one must not remove what another one said. */
export function MapMessages({ plot }: { readonly plot: MapPlot }) {
  const { map, narrowing } = plot;
  const trouble = map.data === null ? '' : map.trouble;
  return (
    <>
      <ErrorText text={trouble} />
      <ErrorText text={plot.drawingTrouble.value} />
      <ErrorText text={plot.lineTrouble.value} />
      <ErrorText text={plot.missing.value} />
      <ErrorText text={plot.overlays.trouble} />
      <ErrorText text={narrowing.facets.value?.trouble ?? ''} />
    </>
  );
}
