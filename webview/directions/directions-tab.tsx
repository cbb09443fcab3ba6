import type { RunSession } from '../shared/run-session';
import { NotExplorable } from '../shared/ui/not-explorable';
import { ErrorText } from '../shared/ui/notice';
import { Button } from '../shared/ui/widgets';
import { t } from '../shared/l10n';
import { AnalogyView } from './analogy';
import { DirectionForm } from './direction-form';
import { DirectionView } from './direction-view';
import type { DirectionsModel } from './directions-model';
import { SavedList } from './saved-list';
import { SpreadView } from './spread';

interface DirectionsTabProps {
  readonly session: RunSession;
  readonly model: DirectionsModel;
  /** Encodes all images for the map. */
  readonly makeMap: () => void;
}

/** Directions in latent space with a meaning: made from two sets of images, scored, saved, and applied to any image. */
export function DirectionsTab({ session, model, makeMap }: DirectionsTabProps) {
  if (!session.isExplorable.value) return <NotExplorable />;
  const shown = model.shown.value;
  return (
    <section class="directions directions-view" aria-label={t('Directions')}>
      {session.mapSet.value === null ? (
        <div class="buttons">
          <span class="quiet">{t('Directions are made of the images on the map.')}</span>
          <Button onClick={makeMap}>{t('Make Map')}</Button>
        </div>
      ) : (
        <DirectionForm session={session} model={model} set={session.mapSet.value} />
      )}
      <SavedList model={model} />
      <ErrorText text={model.trouble.value} />
      {shown && <DirectionView session={session} model={model} direction={shown} />}
      {session.mapSet.value && <SpreadView session={session} model={model} />}
      <AnalogyView session={session} />
    </section>
  );
}
