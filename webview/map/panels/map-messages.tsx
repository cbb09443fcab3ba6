import { ErrorText, Notice } from '../../shared/ui/notice';
import { t } from '../../shared/l10n';
import type { PlotProps } from '../plot';

/** One line for each source of messages: success of one must not remove what another one said. */
export function MapMessages({ session, plot }: PlotProps) {
  const { map, narrowing } = plot;
  const trouble = map.data === null ? '' : map.trouble;
  return (
    <>
      <ErrorText text={trouble} />
      {session.selection.isLost.value && (
        <Notice
          kind="info"
          text={t('The selection that was kept belongs to other images than these, so nothing is selected.')}
        />
      )}
      {narrowing.isIsolationLost.value && (
        <Notice
          kind="info"
          text={t('The images that were shown alone are not among these, so all are shown.')}
        />
      )}
      <ErrorText text={plot.drawingTrouble.value} />
      <ErrorText text={plot.lineTrouble.value} />
      <ErrorText text={plot.missing.value} />
      <ErrorText text={plot.overlays.trouble} />
      <ErrorText text={narrowing.facets.value?.trouble ?? ''} />
    </>
  );
}
