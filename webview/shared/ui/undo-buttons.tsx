import './safe-text';
import { t } from '../l10n';
import type { UndoHistory } from '../undo-history';

/** Takes back the last change, and makes it again. */
export function UndoButtons({ changes }: { readonly changes: UndoHistory }) {
  const [undoes, redoes] = [changes.undoes.value, changes.redoes.value];
  return (
    <div class="undo-buttons" role="group" aria-label={t('History')}>
      <button
        type="button"
        class="map-button"
        aria-label={t('Undo')}
        title={undoes === null ? t('Nothing to undo') : t('Undo: {0} (Ctrl+Z)', undoes)}
        disabled={undoes === null}
        onClick={() => changes.undo()}
      >
        ↶
      </button>
      <button
        type="button"
        class="map-button"
        aria-label={t('Redo')}
        title={redoes === null ? t('Nothing to redo') : t('Redo: {0} (Ctrl+Shift+Z)', redoes)}
        disabled={redoes === null}
        onClick={() => changes.redo()}
      >
        ↷
      </button>
    </div>
  );
}
