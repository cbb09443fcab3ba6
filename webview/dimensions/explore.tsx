import { useState } from 'preact/hooks';
import { dimensionsBy, ranking } from '../shared/activity';
import type { Ranking } from '../shared/activity';
import { klSourceOf } from '../shared/choices';
import { useDecoded } from '../shared/decoded';
import { filmFrames } from '../shared/film/frames';
import { paintMosaic } from '../shared/pictures';
import { useQuery } from '../shared/use-query';
import type { RunSession } from '../shared/run-session';
import { anchorOf, startKey, startPoint } from '../shared/start-points';
import { Later } from '../shared/ui/later';
import { ErrorText } from '../shared/ui/notice';
import { SaveFilm } from '../shared/ui/save-film';
import { SavePicture } from '../shared/ui/save-picture';
import { Busy } from '../shared/ui/widgets';
import { t } from '../shared/l10n';
import { DecodedPoint } from './decoded-point';
import { Edits } from './edits';
import { useTraversalClasses } from './traversal-classes';
import { TraversalRows, shownDimensions } from './traversal-rows';

/** Pictures per row. */
const ROW_FRAMES = 11;
/** Frames of the film, and the pictures in a row of it. */
const FILM_FRAMES = 31;
const FILM_COLUMNS = 4;

/** The traversals around the start point, and the point that their sliders move. */
export function Explore({ session }: { readonly session: RunSession }) {
  const { run, state } = session;
  const start = startPoint(session);
  const key = startKey(start);
  const order = rankingOf(session);
  const kept = Edits.from(state.value.editsOf === key ? state.value.edits : [], run.latent);
  const question = {
    start,
    dimensions: shownDimensions(session, order),
    edits: kept.list,
    quantilesOf: klSourceOf(state.value.quantilesOf),
  };
  const asked = useQuery(session, 'traversals', question, async ({ start: from, ...params }) => {
    const around = await anchorOf(session, from);
    return session.client.call('traverse', { ...params, around, frames: ROW_FRAMES });
  });
  const { answer } = asked;
  // The rows of another point stay only while those of this one are on their way.
  const isOfStart = answer !== null && startKey(answer.question.start) === key;
  const shown = isOfStart || asked.isWaiting ? answer : null;
  const classes = useTraversalClasses(session, shown);
  const { picture, trouble, decode } = useDecoded(session, 'dimensions', shown?.answer.picture ?? null);
  /** The edits while a slider is dragged. */
  const [dragged, setDragged] = useState<{ readonly of: string; readonly edits: Edits } | null>(null);
  const edits = dragged?.of === key ? dragged.edits : kept;
  const origin = shown?.answer.origin ?? null;
  const point = origin && edits.applied(origin);

  /** Decodes the moved point at once; the traversals wait until the slider is released. */
  const move = (dimension: number, value: number): Edits => {
    const moved = edits.with(dimension, value);
    if (origin !== null) decode(moved.applied(origin));
    return moved;
  };
  return (
    <>
      <ErrorText text={asked.trouble || trouble || classes.trouble} />
      <div class="explore">
        <DecodedPoint
          session={session}
          picture={shown && picture}
          point={point}
          edited={edits.size}
          onReset={() => {
            setDragged(null);
            state.update({ edits: [], editsOf: key });
          }}
        >
          {shown && (
            <SavePicture
              session={session}
              of="traversals"
              draw={(canvas) => paintMosaic(canvas, shown.answer.pictures, ROW_FRAMES)}
            />
          )}
          {shown && shown.question.dimensions.length > 0 && (
            <SaveFilm
              session={session}
              of="traversals"
              title={t('Each shown dimension to and fro, side by side, as a film')}
              loop="back"
              frames={async () => {
                const { start: from, ...params } = shown.question;
                const around = await anchorOf(session, from);
                const { pictures } = await session.client.call('traverse', {
                  ...{ ...params, around, frames: FILM_FRAMES },
                });
                return filmFrames(FILM_FRAMES, params.dimensions.length, FILM_COLUMNS, (frame, row) => ({
                  pictures,
                  index: row * FILM_FRAMES + frame,
                }));
              }}
            />
          )}
        </DecodedPoint>
        {shown === null || point === null ? (
          asked.isWaiting && (
            <Later>
              <Busy>{t('Decoding the traversals…')}</Busy>
            </Later>
          )
        ) : (
          <TraversalRows
            session={session}
            ranking={order}
            dimensions={shown.question.dimensions}
            traversals={shown.answer}
            point={point}
            edits={edits}
            classes={classes}
            onInput={(dimension, value) => setDragged({ of: key, edits: move(dimension, value) })}
            onChange={(dimension, value) => {
              const moved = move(dimension, value);
              setDragged(null);
              state.update({ edits: moved.toTexts(), editsOf: key });
            }}
          />
        )}
      </div>
    </>
  );
}

/** Every dimension counts as active until a KL is known. */
function rankingOf({ kl, run }: RunSession): Ranking {
  return kl === null ? { active: dimensionsBy(kl, run.latent), dead: [] } : ranking(kl.klPerDimension);
}
