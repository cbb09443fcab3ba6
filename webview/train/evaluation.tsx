import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Evaluation } from '../../src/protocol/engine';
import { IMPORTANCE_DRAWS, MAX_IMAGES } from '../shared/evaluator';
import { count } from '../shared/format';
import { keepInView } from '../shared/ui/keep-in-view';
import type { RunSession } from '../shared/run-session';
import { Busy, Button } from '../shared/ui/widgets';
import { t } from '../shared/l10n';
import { conditionsOf, measuresOf } from './measures';

/** Evaluates the newest weights on the test split, and shows what came out last. */
export function EvaluationBlock({ session }: { readonly session: RunSession }) {
  const { evaluator, evaluation, run } = session;
  const isRunning = evaluator.isRunning.value;
  const isTraining = run.live?.state === 'training';
  const place = useRef<HTMLElement>(null);
  const shown = useRef(evaluation);
  // What was asked for comes into view, wherever it was asked from.
  useLayoutEffect(() => {
    const isNews = isRunning || shown.current !== evaluation;
    shown.current = evaluation;
    return isNews ? keepInView(place.current!) : undefined;
  }, [isRunning, evaluation]);
  return (
    <section ref={place} class="evaluation" aria-label={t('Evaluation')}>
      <div class="section-head">
        <h2>{t('Evaluation')}</h2>
        {evaluation !== null && <span class="quiet">{t('of step {0}', count(evaluation.step))}</span>}
        <div class="switches">
          {isRunning ? (
            <Button onClick={() => evaluator.cancel()}>{t('Cancel')}</Button>
          ) : (
            <Button
              disabled={!session.isExplorable.value}
              title={t(
                'Bound, importance-weighted bound (k = {0}) and active units of at most {1} test images',
                count(IMPORTANCE_DRAWS),
                count(MAX_IMAGES),
              )}
              onClick={() => void evaluator.start()}
            >
              {evaluation === null ? t('Evaluate') : t('Evaluate Again')}
            </Button>
          )}
        </div>
      </div>
      {isRunning && (
        <Busy>{isTraining ? t('Evaluating; training is paused…') : t('Evaluating the test images…')}</Busy>
      )}
      {evaluation === null
        ? !isRunning && (
            <p class="quiet">
              {isTraining
                ? t('Not evaluated yet. Training pauses during an evaluation.')
                : t('Not evaluated yet.')}
            </p>
          )
        : resultOf(evaluation, session.weightsStep.value)}
    </section>
  );
}

/** @param now step of the newest weights */
function resultOf(evaluation: Evaluation, now: number) {
  return (
    <>
      <dl class="measures">
        {measuresOf(evaluation).map(({ name, value, meaning }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <strong>{value}</strong> <span class="quiet">{meaning}</span>
            </dd>
          </div>
        ))}
      </dl>
      <p class="quiet">{conditionsOf(evaluation)}</p>
      {now > evaluation.step && (
        <p class="quiet">{t('The model has been trained since: it is at step {0} now.', count(now))}</p>
      )}
    </>
  );
}
