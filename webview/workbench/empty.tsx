import type { ExplorerClient } from '../shared/run-session';
import { Button } from '../shared/ui/widgets';
import { t } from '../shared/l10n';

/** The page without a run: an introduction and how to begin. */
export function Empty({ client }: { readonly client: ExplorerClient }) {
  return (
    <section class="empty">
      <DensityDrawing />
      <h1>{t('Train your first model')}</h1>
      <p>
        {t('A variational autoencoder learns a small space of latent dimensions behind your images. ') +
          t(
            'Train one on a folder of images or on the built-in sample digits: its lower bound, its reconstructions and the images you encode appear here.',
          )}
      </p>
      <div class="buttons">
        <Button primary onClick={() => void client.call('train', {})}>
          {t('Train…')}
        </Button>
      </div>
    </section>
  );
}

/** Contours of a density and a path through it. */
function DensityDrawing() {
  return (
    <svg class="density" viewBox="0 0 120 100" width={132} height={110} aria-hidden="true">
      {[46, 32, 18].map((r) => (
        <ellipse key={r} cx={60} cy={50} rx={r} ry={r * 0.62} transform="rotate(-24 60 50)" />
      ))}
      <path d="M30 66C44 40 70 64 90 34" />
      <circle cx={30} cy={66} r={4.5} />
      <circle cx={90} cy={34} r={4.5} />
    </svg>
  );
}
