import { t } from '../shared/l10n';
import { Swatch } from './swatch';

interface PaperNoteProps {
  readonly verdict: string;
  /** Whether screen readers are told the verdict. */
  readonly announce: boolean;
}

/** Legend of the paper's curves, and a sentence that compares the run with them. */
export function PaperNote({ verdict, announce }: PaperNoteProps) {
  return (
    <div class="paper-note">
      <ul class="paper-legend" aria-label={t('Curves of the paper')}>
        <li>
          <Swatch kind="paper train" />
          {t('Paper, training')}
        </li>
        <li>
          <Swatch kind="paper validation" />
          {t('Paper, test')}
        </li>
      </ul>
      <p class="paper-verdict" role="status" aria-live={announce ? 'polite' : 'off'}>
        {verdict}
      </p>
    </div>
  );
}
