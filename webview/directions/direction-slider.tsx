import { useLayoutEffect, useMemo, useState } from 'preact/hooks';
import type { Along } from '../../src/protocol/directions';
import { useClassifiedPoints } from '../shared/classified-points';
import { useDecoded } from '../shared/decoded';
import { coordinate } from '../shared/format';
import { paintMosaic } from '../shared/pictures';
import { useQuery } from '../shared/use-query';
import type { RunSession } from '../shared/run-session';
import { anchorOf, startKey, startPoint } from '../shared/start-points';
import { FrameStrip } from '../shared/ui/frame-strip';
import { ErrorText, Notice } from '../shared/ui/notice';
import { Picture } from '../shared/ui/picture';
import { SavePicture } from '../shared/ui/save-picture';
import { StartSelect } from '../shared/ui/start-select';
import { t } from '../shared/l10n';
import { DirectionClasses } from './direction-classes';
import type { ShownDirection } from './direction-text';
import type { DirectionsModel } from './directions-model';

/** Positions of the strip's pictures, in lengths of the direction. */
const PLACES = Float32Array.from({ length: 9 }, (_, i) => (i - 2) / 4);
/** Minimum range of the slider. */
const SLIDER_REACH = [-1, 2] as const;

interface DirectionSliderProps {
  readonly session: RunSession;
  readonly model: DirectionsModel;
  readonly direction: ShownDirection;
}

/** A slider that moves the start point along a direction, with a strip of decoded pictures. */
export function DirectionSlider({ session, model, direction }: DirectionSliderProps) {
  const start = startPoint(session);
  const question = { start, from: direction.start, vector: direction.vector };
  const asked = useQuery(session, 'along', question, async ({ start: point, from, vector }) => {
    const around = await anchorOf(session, point);
    return session.client.call('along', { around, start: from, vector, places: PLACES });
  });
  const { answer } = asked;
  // A direction that is made again, or saved, is the same one.
  const isOfDirection =
    answer !== null &&
    isEqual(answer.question.vector, direction.vector) &&
    isEqual(answer.question.from, direction.start);
  const isOfStart = answer !== null && startKey(answer.question.start) === startKey(start);
  const shown = isOfDirection && (isOfStart || asked.isWaiting) ? answer : null;
  const mismatch = model.mismatch(direction, shown?.answer.step);
  return (
    <>
      {mismatch && <Notice kind="warning" text={mismatch.why} />}
      <ErrorText text={asked.trouble} />
      <StartSelect session={session} label={t('Move')} />
      {shown && <Way session={session} direction={direction} along={shown.answer} />}
    </>
  );
}

interface WayProps {
  readonly session: RunSession;
  readonly direction: ShownDirection;
  readonly along: Along;
}

function Way({ session, direction, along }: WayProps) {
  const { state } = session;
  const { origin, place: own, pictures, step } = along;
  const [dragged, setDragged] = useState<number | null>(null);
  const at = dragged ?? state.value.directionPlace;
  const pointAt = (place: number): Float32Array =>
    origin.map((value, d) => value + (place - own) * direction.vector[d]!);
  const { picture, trouble, decode } = useDecoded(session, 'direction', null);
  // Before the next frame, in which it is drawn.
  useLayoutEffect(() => decode(pointAt(at)), [along, direction, at]);
  const z = pointAt(at);
  const asked = useMemo(
    () => ({
      of: JSON.stringify([step, own, [...origin], [...direction.vector]]),
      points: () => Float32Array.from([...PLACES].flatMap((place) => [...pointAt(place)])),
    }),
    [along, direction],
  );
  const classes = useClassifiedPoints(session, 'direction-classes', asked);
  const texts = Array.from(PLACES, coordinate);
  const choose = (directionPlace: number): void => {
    setDragged(null);
    state.update({ directionPlace });
  };
  const isComponent = direction.to === '';
  return (
    <>
      <div class="direction-mover">
        <div class="direction-picture">
          {picture && (
            <Picture
              class="big"
              pictures={picture}
              alt={t('Decoded at {0} along the direction', coordinate(at))}
            />
          )}
        </div>
        <div class="direction-way">
          <FrameStrip
            pictures={pictures}
            titles={texts.map((text) => t('at {0}', text))}
            label={t(
              '{0} pictures along the direction, from {1} to {2}',
              texts.length,
              texts[0]!,
              texts.at(-1)!,
            )}
            marked={nearestPlace(at)}
            onChoose={(i) => choose(PLACES[i]!)}
          />
          <DirectionClasses classes={classes} at={nearestIndex(at)} />
          <div class="slide">
            <input
              type="range"
              min={Math.min(SLIDER_REACH[0], Math.floor(own))}
              max={Math.max(SLIDER_REACH[1], Math.ceil(own))}
              step={0.01}
              aria-label={t('Place along the direction')}
              value={at}
              onInput={({ currentTarget }) => setDragged(Number(currentTarget.value))}
              onChange={({ currentTarget }) => choose(Number(currentTarget.value))}
            />
            <output class="place">{coordinate(at)}</output>
          </div>
          <div class="direction-ends quiet">
            <span>
              {`0: ${isComponent ? t('one standard deviation below the mean') : t('mean of {0}', direction.from)}`}
            </span>
            <span>{`1: ${isComponent ? t('one above') : t('mean of {0}', direction.to)}`}</span>
          </div>
          <p class="quiet stage-text">
            {t(
              'The image itself is at {0}; |z| {1}, draws from the prior have about {2}',
              coordinate(own),
              coordinate(Math.hypot(...z)),
              Math.sqrt(z.length).toFixed(2),
            )}
          </p>
        </div>
      </div>
      <ErrorText text={trouble} />
      <div class="buttons save">
        <SavePicture
          session={session}
          of="direction"
          draw={(canvas) => paintMosaic(canvas, pictures, PLACES.length)}
        />
      </div>
    </>
  );
}

/** Returns the index of the strip's picture that is nearest to a place. */
const nearestIndex = (at: number): number =>
  PLACES.reduce((best, value, i) => (Math.abs(value - at) < Math.abs(PLACES[best]! - at) ? i : best), 0);

/** Returns the index of the strip's picture at a place, or -1 if there is none near it. */
function nearestPlace(at: number): number {
  const nearest = nearestIndex(at);
  return Math.abs(PLACES[nearest]! - at) <= 0.25 ? nearest : -1;
}

const isEqual = (one: Float32Array, other: Float32Array): boolean =>
  one.length === other.length && one.every((value, d) => value === other[d]);
