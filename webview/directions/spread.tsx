import type { SelectionSpread } from '../../src/protocol/directions';
import { coordinate, fileName, images, percent } from '../shared/format';
import type { RunSession } from '../shared/run-session';
import { FrameStrip } from '../shared/ui/frame-strip';
import { ErrorText } from '../shared/ui/notice';
import { Busy, Button } from '../shared/ui/widgets';
import { Later } from '../shared/ui/later';
import { t } from '../shared/l10n';
import type { DirectionsModel } from './directions-model';

/** Steps along each component, in standard deviations. */
const STEPS = Float32Array.of(-2, -1, 0, 1, 2);
const COMPONENTS = 4;

interface SpreadProps {
  readonly session: RunSession;
  readonly model: DirectionsModel;
}

/** How the selected images vary among themselves: steps along the principal components of their encodings. */
export function SpreadView({ session, model }: SpreadProps) {
  const selected = session.selection.ids.value;
  const query = session.query('spread', ({ ids }: { readonly ids: readonly string[] }) =>
    session.client.call('selectionSpread', { of: { ids }, components: COMPONENTS, steps: STEPS }),
  );
  const { answer } = query;
  const compute = (): void => {
    const of = [session.mapSet.value?.key, session.weightsStep.value, session.engine.value];
    query.pull({ ids: selected }, JSON.stringify([of, selected]));
  };
  return (
    <div class="spread">
      <div class="section-head">
        <h3>{t('From the selection’s spread')}</h3>
        <Button disabled={selected.length < 2 || query.isWaiting} onClick={compute}>
          {t('Find Components')}
        </Button>
      </div>
      {selected.length < 2 && answer === null && (
        <p class="quiet">{t('Select two or more images, on the map for example, to see how they vary.')}</p>
      )}
      {query.isWaiting && (
        <Later>
          <Busy>{t('Finding the components…')}</Busy>
        </Later>
      )}
      <ErrorText text={query.trouble} />
      {answer && (
        <Components
          session={session}
          model={model}
          spread={answer.answer}
          isEarlier={answer.question.ids !== selected}
        />
      )}
    </div>
  );
}

interface ComponentsProps extends SpreadProps {
  readonly spread: SelectionSpread;
  /** Whether something else is selected now. */
  readonly isEarlier: boolean;
}

function Components({ session, model, spread, isEarlier }: ComponentsProps) {
  const { steps, components, z, pictures } = spread;
  const titles = Array.from(steps, (step) => t('{0} s.d.', coordinate(step)));
  const latent = spread.mean.length;
  return (
    <>
      <p class="quiet">
        {isEarlier
          ? t(
              'Of {0} that were selected earlier; from two standard deviations below their mean to two above.',
              images(spread.images),
            )
          : t('Of {0}; from two standard deviations below their mean to two above.', images(spread.images))}
      </p>
      <ul class="spread-components">
        {components.map(({ share, deviation, direction }, k) => (
          <li key={k}>
            <div class="row-name">
              <strong>{`PC ${k + 1}`}</strong>
              <span class="quiet">
                {t('{0} of the variance, s.d. {1}', percent(share), coordinate(deviation))}
              </span>
            </div>
            <FrameStrip
              pictures={pictures}
              first={k * steps.length}
              titles={titles}
              label={t('{0} pictures along component {1}, click one to pin its place', steps.length, k + 1)}
              marked={-1}
              onChoose={(i) => {
                const at = k * steps.length + i;
                session.inspector.pin({
                  place: { z: z.slice(at * latent, (at + 1) * latent) },
                  explanation: t('{0} along component {1} of the selection', titles[i]!, k + 1),
                });
              }}
            />
            <Button
              title={t('Moves any image along this component')}
              onClick={() => {
                const from = t('principal component {0} of {1}', k + 1, images(spread.images));
                model.take({ ...direction, from, to: '', name: from, run: fileName(session.uri), file: '' });
              }}
            >
              {t('Use as Direction')}
            </Button>
          </li>
        ))}
      </ul>
    </>
  );
}
