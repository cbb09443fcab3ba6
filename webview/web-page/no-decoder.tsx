import { Notice } from '../shared/ui/notice';
import { t } from '../shared/l10n';
import { useWebPage } from './parts';

/** In place of what needs the decoder: why there is none, and what the page shows all the same. */
export function NoDecoder() {
  const { noDecoder, map } = useWebPage();
  return (
    <Notice
      kind="info"
      title={t('This page cannot decode.')}
      text={`${noDecoder.value} ${
        map === null
          ? t('The curve and the facts of the run are here.')
          : t('The map, its images, the curve and the facts of the run are here.')
      }`}
    />
  );
}
