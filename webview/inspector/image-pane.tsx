import type { RunSession } from '../shared/run-session';
import { CardHead } from '../shared/ui/card-head';
import { Later } from '../shared/ui/later';
import { ErrorText } from '../shared/ui/notice';
import { Busy } from '../shared/ui/widgets';
import { t } from '../shared/l10n';
import { ImageActions } from './image-actions';
import { ImageCardView } from './image-card';
import { useInspected } from './inspected';

/** The inspector's image: the same card from a point of the map, an encoded file, a comparison or a neighbour. */
export function ImagePane({ session }: { readonly session: RunSession }) {
  const inspected = useInspected(session);
  if (inspected.state === 'none')
    return (
      <p class="quiet hint">
        {t(
          'Click an image on the map, in the tray or beside another image to see its reconstruction and posterior. VAE: Encode in the file explorer adds any image file.',
        )}
      </p>
    );
  const { key, name } = inspected;
  return (
    <article key={key} class={inspected.state === 'failed' ? 'card error-card' : 'card'} aria-label={name}>
      <CardHead session={session} name={name} title={key} />
      {inspected.state === 'waiting' && (
        <Later>
          <Busy>{t('Encoding…')}</Busy>
        </Later>
      )}
      {inspected.state === 'failed' &&
        (inspected.why === '' ? (
          <p class="quiet">{t('No model is available for it now.')}</p>
        ) : (
          <ErrorText text={inspected.why} />
        ))}
      {inspected.state === 'card' && <ImageCardView session={session} imageKey={key} card={inspected.card} />}
      <ImageActions session={session} inspected={inspected} />
    </article>
  );
}
