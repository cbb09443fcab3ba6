import { classifierOf } from '../../shared/classifier';
import { count } from '../../shared/format';
import type { RunSession } from '../../shared/run-session';
import { Button, Checkbox } from '../../shared/ui/widgets';
import { ErrorText } from '../../shared/ui/notice';
import { t } from '../../shared/l10n';
import { ClassColumns } from './class-columns';
import { JobProgress } from './job-progress';

/** The classifier of the run: what it is, how far it is with the images, and what is drawn of it. */
export function ClassifierPart({ session }: { readonly session: RunSession }) {
  const model = classifierOf(session);
  const { state } = model;
  const act = (action: 'attachClassifier' | 'removeClassifier') => (): void =>
    void session.attempt('action', () => session.client.call('actOnRun', { action }));
  if (state === null) return null;
  const { classifier, classified, job } = state;
  return (
    <fieldset class="map-classifier">
      <legend>{t('Classifier')}</legend>
      <ErrorText text={model.trouble} />
      {classifier && (
        <p class="quiet">{t('{0}, {1} classes', classifier.from, count(classifier.names.length))}</p>
      )}
      {classifier && classified && classified.areOfMap === false && (
        <p class="quiet">{t('It has classified other images than those of the map.')}</p>
      )}
      {classifier && job === null && classified?.areOfMap !== true && (
        <Button onClick={() => model.classifyAll()}>{t('Classify All Images')}</Button>
      )}
      {classifier && classified?.areOfMap === true && (
        <ClassColumns session={session} names={classifier.names} />
      )}
      {classifier && <RegionsSwitch session={session} />}
      {classifier && <Button onClick={act('removeClassifier')}>{t('Remove Classifier…')}</Button>}
      <Button title={t('An ONNX file that tells images apart')} onClick={act('attachClassifier')}>
        {classifier ? t('Attach Another Classifier…') : t('Attach Classifier…')}
      </Button>
    </fieldset>
  );
}

function RegionsSwitch({ session }: { readonly session: RunSession }) {
  return (
    <Checkbox
      checked={session.state.value.mapRegions}
      title={t('Behind the points: the most probable class of what is decoded at each place')}
      onChange={(on) => session.state.update({ mapRegions: on })}
    >
      {t('Decision regions')}
    </Checkbox>
  );
}

/** How far the classifier is with all images, and a way to cancel it; nothing if none is under way. */
export function ClassifyingProgress({ session }: { readonly session: RunSession }) {
  const model = classifierOf(session);
  return (
    <JobProgress
      job={model.state?.job ?? null}
      label={t('Images classified')}
      text={(done, total) => t('Classifying images {0} / {1}', count(done), count(total))}
      onCancel={() => model.cancel()}
    />
  );
}
