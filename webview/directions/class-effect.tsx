import type { DirectionEffect } from '../../src/protocol/classifier';
import { classifierOf } from '../shared/classifier';
import { images as imagesText, percent } from '../shared/format';
import type { RunSession } from '../shared/run-session';
import { ErrorText } from '../shared/ui/notice';
import { TableHead } from '../shared/ui/table-head';
import { Busy, Button } from '../shared/ui/widgets';
import { Later } from '../shared/ui/later';
import { t } from '../shared/l10n';
import type { ShownDirection } from './direction-text';

const IMAGES = 200;
const MAX_CLASSES = 8;

interface ClassEffectProps {
  readonly session: RunSession;
  readonly direction: ShownDirection;
}

/** How a direction moves the probabilities of classes, by the run's classifier; nothing without one. */
export function ClassEffect({ session, direction }: ClassEffectProps) {
  const names = classifierOf(session).names.value;
  const query = session.query('class-effect', ({ vector }: { readonly vector: Float32Array }) =>
    session.client.call('directionEffect', { vector, images: IMAGES, most: MAX_CLASSES }),
  );
  if (names === null) return null;
  const { vector } = direction;
  const measure = (): void => {
    const of = [session.mapSet.value?.key, session.weightsStep.value, session.engine.value, names];
    query.pull({ vector }, JSON.stringify([of, [...vector]]));
  };
  const { answer } = query;
  const isOfThis = answer?.question.vector === vector;
  return (
    <div class="class-effect">
      <Button disabled={query.isWaiting || session.mapSet.value === null} onClick={measure}>
        {t('Measure Classes')}
      </Button>
      {query.isWaiting && (
        <Later>
          <Busy>{t('Decoding and classifying {0}…', imagesText(IMAGES))}</Busy>
        </Later>
      )}
      <ErrorText text={query.trouble} />
      {answer && isOfThis && <EffectTable effect={answer.answer} names={names} />}
    </div>
  );
}

function EffectTable({
  effect,
  names,
}: {
  readonly effect: DirectionEffect;
  readonly names: readonly string[];
}) {
  const { classes, changes, standardErrors, images } = effect;
  return (
    <>
      <table class="numbers">
        <TableHead names={[t('Class'), t('Change of its probability'), t('Standard error')]} />
        <tbody>
          {Array.from(classes, (k, i) => (
            <tr key={k}>
              <th scope="row">{names[k]}</th>
              <td>{signed(changes[i]!)}</td>
              <td>{Number.isNaN(standardErrors[i]) ? '–' : percent(standardErrors[i]!)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="quiet">
        {t(
          'Mean over {0} of the change from one step backwards to one step forwards along the direction, by the classifier.',
          imagesText(images),
        )}
      </p>
    </>
  );
}

const signed = (value: number): string =>
  `${value > 0 ? '+' : value < 0 ? '\u2212' : ''}${percent(Math.abs(value))}`;
