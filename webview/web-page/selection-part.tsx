import { images } from '../shared/format';
import { t } from '../shared/l10n';
import { Picture } from '../shared/ui/picture';
import { Button } from '../shared/ui/widgets';
import { useWebPage } from './parts';

/** Selected images that are shown. */
const MAX_SHOWN_IMAGES = 100;
const PICTURE_PIXELS = 44;

/** The images that were selected on the map: those whose pictures the page holds as pictures, the others by name. */
export function SelectionPart() {
  const { session, pictures } = useWebPage();
  const ids = session.selection.ids.value;
  if (ids.length === 0)
    return (
      <p class="quiet hint">{t('Drag with Box or Lasso, or with Shift, to select images of the map.')}</p>
    );
  const shown = ids.slice(0, MAX_SHOWN_IMAGES);
  return (
    <section class="map-selection" aria-label={t('Selection')}>
      <h3>{images(ids.length)}</h3>
      <div class="buttons">
        <Button onClick={() => session.selection.clear()}>{t('Clear Selection')}</Button>
      </div>
      <ul class="near-images">
        {shown.map((id) => (
          <li key={id}>
            <button
              type="button"
              class="near-image"
              title={id}
              aria-label={t('Show {0}', id)}
              onClick={() => session.inspector.showImage(id)}
            >
              {pictures.has(id) ? (
                <Picture pictures={pictures.of([id])} alt="" width={PICTURE_PIXELS} />
              ) : (
                <span class="link">{id}</span>
              )}
            </button>
          </li>
        ))}
      </ul>
      {shown.length < ids.length && <p class="quiet">{t('The first {0} are shown.', shown.length)}</p>}
    </section>
  );
}
