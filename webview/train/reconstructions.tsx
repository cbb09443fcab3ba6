import type { Pictures } from '../../src/domain/pictures';
import type { SnapshotView } from '../../src/protocol/time';
import { count } from '../shared/format';
import type { RunSession } from '../shared/run-session';
import { useTimeView } from '../shared/use-time-view';
import { Picture } from '../shared/ui/picture';
import { t } from '../shared/l10n';

/** CSS width that is aimed at for a picture, in px. */
const WIDTH = 56;

interface Pairs {
  readonly ids: readonly string[];
  readonly originals: Pictures;
  readonly reconstructions: Pictures;
  readonly step: number;
}

/** Images that the engine chose, each above its reconstruction: by the newest weights, or by the snapshot that is shown. */
export function Reconstructions({ session }: { readonly session: RunSession }) {
  const view = useTimeView(session.time);
  const pairs = pairsOf(session, view);
  return (
    <section class="reconstructions" aria-label={t('Reconstructions')}>
      <div class="section-head">
        <h2>{t('Reconstructions')}</h2>
        {pairs !== null && <span class="quiet">{t('step {0}', count(pairs.step))}</span>}
      </div>
      {pairs === null ? (
        <p class="quiet">
          {session.run.outcome === 'running'
            ? t('No images have been reconstructed yet.')
            : t('Images are reconstructed once the model is open.')}
        </p>
      ) : (
        <ul class="pairs">
          {pairs.ids.map((id, i) => (
            <li key={id}>
              <button
                type="button"
                class="pair"
                title={t('Inspect {0}', id)}
                onClick={() => session.inspector.showImage(id)}
              >
                <Picture pictures={pairs.originals} index={i} alt={t('Original {0}', id)} width={WIDTH} />
                <Picture
                  pictures={pairs.reconstructions}
                  index={i}
                  alt={t('Reconstruction of {0}', id)}
                  width={WIDTH}
                />
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function pairsOf({ time, reconstructions }: RunSession, view: SnapshotView | null): Pairs | null {
  const images = time.images.value;
  if (view?.reconstructions && images !== null)
    return {
      ids: images.shown,
      originals: images.originals,
      reconstructions: view.reconstructions,
      step: view.step,
    };
  return reconstructions;
}
