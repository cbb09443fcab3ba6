import type { Surface } from '../../src/protocol/schemas/engine';
import { dimensionsBy } from '../shared/activity';
import { count } from '../shared/format';
import { paintMosaic } from '../shared/pictures';
import { useQuery } from '../shared/use-query';
import type { RunSession } from '../shared/run-session';
import { imageAnchor } from '../shared/start-points';
import { Later } from '../shared/ui/later';
import { ErrorText } from '../shared/ui/notice';
import { SavePicture } from '../shared/ui/save-picture';
import { Busy } from '../shared/ui/widgets';
import { t } from '../shared/l10n';
import { PictureGrid } from './picture-grid';
import { chosenSurface, isSurfaceKnown } from './surface';
import type { ChosenSurface } from './surface';
import { SurfaceChoice } from './surface-choice';

/** Pictures per side of the grid. */
const GRID_SIDE = 15;
const LETTERS = 'ABC';

/** The decoder evaluated on a grid over a surface in latent space (Figure 4 of the paper). */
export function ManifoldView({ session }: { readonly session: RunSession }) {
  const surface = chosenSurface(session);
  const isComplete = surface.kind === 'dimensions' || surface.images.length === LETTERS.length;
  // The two dimensions that are shown unless others are chosen follow from the KL.
  const isKnown = isSurfaceKnown(session);
  const asked = useQuery(session, 'manifold', isComplete && isKnown ? surface : null, async (chosen) =>
    session.client.call('manifold', { surface: await resolved(session, chosen), side: GRID_SIDE }),
  );
  const { answer } = asked;
  const isCurrent = JSON.stringify(answer?.question) === JSON.stringify(surface);
  const isWaiting = isComplete && (asked.isWaiting || !isKnown);
  const shown = isComplete && (isCurrent || asked.isWaiting) ? answer : null;
  return (
    <section class="manifold" aria-label={t('Manifold')}>
      <div class="section-head">
        <h2>{t('Manifold')}</h2>
        <SurfaceChoice session={session} surface={surface} />
      </div>
      <ErrorText text={isComplete ? asked.trouble : ''} />
      {shown === null ? (
        isWaiting && (
          <Later>
            <Busy>{t('Decoding the grid…')}</Busy>
          </Later>
        )
      ) : (
        <>
          <PictureGrid
            session={session}
            points={shown.answer}
            columns={GRID_SIDE}
            description={t(
              '{0} by {1} decoded points. {2} Arrow keys move over them, Enter pins one.',
              GRID_SIDE,
              GRID_SIDE,
              meaningOf(session, shown.question),
            )}
            nameOf={(cell) =>
              t('Row {0}, column {1}', Math.floor(cell / GRID_SIDE) + 1, (cell % GRID_SIDE) + 1)
            }
            order={orderOf(session, shown.question)}
          >
            <Marks marks={shown.answer.marks} />
          </PictureGrid>
          <SavePicture
            session={session}
            of="manifold"
            draw={(canvas) => paintMosaic(canvas, shown.answer.pictures, GRID_SIDE)}
          />
          <p class="quiet what">
            {t('{0} Step {1}.', meaningOf(session, shown.question), count(shown.answer.step))}
          </p>
        </>
      )}
    </section>
  );
}

/** Where the three images lie on the plane. @param marks x and y of each, as fractions of the picture */
function Marks({ marks }: { readonly marks: Float32Array }) {
  return (
    <div class="plane-marks" aria-hidden="true">
      {Array.from({ length: marks.length / 2 }, (_, i) => (
        <span key={i} style={{ left: `${marks[2 * i]! * 100}%`, top: `${marks[2 * i + 1]! * 100}%` }}>
          {LETTERS[i]}
        </span>
      ))}
    </div>
  );
}

async function resolved(session: RunSession, surface: ChosenSurface): Promise<Surface> {
  if (surface.kind === 'dimensions') return { dimensions: [...surface.dimensions] };
  const [a, b, c] = await Promise.all(surface.images.map(({ value }) => imageAnchor(session, value)));
  return { through: [a!, b!, c!] };
}

function meaningOf({ run }: RunSession, surface: ChosenSurface): string {
  if (surface.kind === 'plane') {
    const named = surface.images.map(({ label }, i) => `${LETTERS[i]} ${label}`).join(', ');
    return t(
      'The plane through the posterior means of {0}; equal distances on it are equal distances in latent space.',
      named,
    );
  }
  const [across, up] = surface.dimensions;
  const others = run.latent > 2 ? t(', the others at 0') : '';
  const axes = run.latent === 1 ? t('z0 across') : t('z{0} across and z{1} up{2}', across, up, others);
  return t(
    'The unit square through the inverse normal distribution function, {0}: each picture represents an equal share of the prior.',
    axes,
  );
}

/** Returns the coordinates to list: the two axes, or for a plane all dimensions by descending KL. */
function orderOf({ kl, run }: RunSession, surface: ChosenSurface): readonly number[] {
  return surface.kind === 'plane' ? dimensionsBy(kl, run.latent) : [...new Set(surface.dimensions)];
}
