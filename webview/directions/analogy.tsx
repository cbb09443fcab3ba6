import type { Analogy } from '../../src/protocol/directions';
import { coordinate } from '../shared/format';
import { paintMosaic } from '../shared/pictures';
import { useQuery } from '../shared/use-query';
import type { RunSession } from '../shared/run-session';
import type { SelectChoice } from '../shared/select-choice';
import { imageAnchor } from '../shared/start-points';
import { imageChoices } from '../shared/tray';
import { Later } from '../shared/ui/later';
import { ErrorText } from '../shared/ui/notice';
import { Picture } from '../shared/ui/picture';
import { SavePicture } from '../shared/ui/save-picture';
import { Select } from '../shared/ui/select';
import { useSought } from '../shared/ui/use-sought';
import { Busy } from '../shared/ui/widgets';
import { t } from '../shared/l10n';

const LETTERS = ['A', 'B', 'C', 'D'] as const;
/** Images that the result is made of. */
const GIVEN = 3;
/** Signs between the pictures: A is to B as C is to D. */
const SIGNS = [':', '::', ':', ''];

/** The analogy "A is to B as C is to D", where D is decoded at C + (B - A). */
export function AnalogyView({ session }: { readonly session: RunSession }) {
  const { state } = session;
  const choices = imageChoices(session, state.value.analogy);
  const chosen = chosenOf(choices, state.value.analogy);
  const isEnough = chosen.length === GIVEN;
  const keys = chosen.map(({ value }) => value);
  const asked = useQuery(session, 'analogy', isEnough ? keys : null, async (images) => {
    const [a, b, c] = await Promise.all(images.map((key) => imageAnchor(session, key)));
    return session.client.call('analogy', { a: a!, b: b!, c: c! });
  });
  const { answer } = asked;
  const isCurrent = answer?.question.join('\n') === keys.join('\n');
  const isTheAskedFor = keys.join('\n') === state.value.analogy.join('\n');
  const place = useSought(session, 'analogy', isCurrent && isTheAskedFor);
  return (
    <div ref={place} class="analogy">
      <h3>{t('Analogy')}</h3>
      <p class="quiet">{t('A is to B as C is to the picture at C + (B \u2212 A).')}</p>
      {isEnough ? (
        <div class="switches">
          {chosen.map(({ value }, i) => (
            <Select
              key={LETTERS[i]}
              label={LETTERS[i]!}
              choices={choices}
              value={value}
              onChange={(key) => state.update({ analogy: keys.map((each, k) => (k === i ? key : each)) })}
            />
          ))}
        </div>
      ) : (
        <p class="quiet">{t('Put three images into the tray: pin images of the map, or encode files.')}</p>
      )}
      <ErrorText text={isEnough ? asked.trouble : ''} />
      {asked.isWaiting && !isCurrent && (
        <Later>
          <Busy>{t('Decoding the analogy…')}</Busy>
        </Later>
      )}
      {isEnough && answer && (isCurrent || asked.isWaiting) && (
        <Pictures
          session={session}
          answer={answer.answer}
          names={answer.question.map((key) => choices.find(({ value }) => value === key)?.label ?? '')}
        />
      )}
    </div>
  );
}

/** The remembered images that still exist, filled up with other images. */
function chosenOf(choices: readonly SelectChoice[], remembered: readonly string[]): readonly SelectChoice[] {
  const kept = remembered.flatMap((key) => choices.find(({ value }) => value === key) ?? []);
  const others = choices.filter((choice) => !kept.includes(choice));
  return [...kept, ...others].slice(0, GIVEN);
}

interface PicturesProps {
  readonly session: RunSession;
  readonly answer: Analogy;
  readonly names: readonly string[];
}

function Pictures({ session, answer, names }: PicturesProps) {
  const { pictures, z } = answer;
  const latent = z.length / LETTERS.length;
  return (
    <>
      <div class="analogy-strip">
        {LETTERS.map((letter, i) => {
          const words = `${letter} ${names[i] ?? t('the result')}`;
          return [
            <figure key={letter}>
              <Picture pictures={pictures} index={i} alt={t('{0}, decoded', words)} />
              <figcaption class="quiet" title={words}>
                {words}
              </figcaption>
            </figure>,
            <span key={`${letter} sign`} class="analogy-sign" aria-hidden="true">
              {SIGNS[i]}
            </span>,
          ];
        })}
      </div>
      <p class="quiet">
        {t(
          'All four are decoded from posterior means. The result has |z| {0}; draws of the prior have about {1}.',
          coordinate(Math.hypot(...z.subarray(GIVEN * latent))),
          Math.sqrt(latent).toFixed(2),
        )}
      </p>
      <div class="buttons save">
        <SavePicture
          session={session}
          of="analogy"
          draw={(canvas) => paintMosaic(canvas, pictures, LETTERS.length)}
        />
      </div>
    </>
  );
}
