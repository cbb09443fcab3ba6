import type { RunSession } from '../run-session';
import { t } from '../l10n';

interface CardHeadProps {
  readonly session: RunSession;
  readonly name: string;
  /** The whole of it, shown over the name. */
  readonly title: string;
}

/** The head of an image's card in the inspector: its name, and a button that shows none. */
export function CardHead({ session, name, title }: CardHeadProps) {
  return (
    <div class="card-head">
      <h3 title={title}>{name}</h3>
      <button
        type="button"
        class="pane-close"
        title={t('Show no image')}
        aria-label={t('Show no image')}
        onClick={() => session.inspector.showImage('')}
      >
        ✕
      </button>
    </div>
  );
}
