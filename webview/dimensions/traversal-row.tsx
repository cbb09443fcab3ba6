import type { ClassifiedPoints } from '../../src/protocol/classifier';
import type { Pictures } from '../../src/domain/pictures';
import { coordinate, nats } from '../shared/format';
import { FrameStrip } from '../shared/ui/frame-strip';
import { RowClasses } from '../shared/ui/row-classes';
import { t } from '../shared/l10n';

/** Minimum range of the sliders to each side; grows to include the point. */
const SLIDER_REACH = 3;

export interface RowEvents {
  /** Called while the slider is dragged. */
  readonly onInput: (dimension: number, value: number) => void;
  /** Called when the slider is released or a picture is clicked. */
  readonly onChange: (dimension: number, value: number) => void;
}

interface TraversalRowProps extends RowEvents {
  readonly dimension: number;
  readonly kl: number | undefined;
  /** KL as a fraction of the largest KL, 0 to 1. */
  readonly share: number;
  readonly dead: boolean;
  /** Coordinate of the point along the dimension. */
  readonly value: number;
  /** Whether the coordinate differs from the start point's. */
  readonly edited: boolean;
  readonly pictures: Pictures;
  /** Index of the row's first picture. */
  readonly first: number;
  /** Coordinates of the row's pictures; null until they are decoded. */
  readonly values: Float32Array | null;
  /** What the run's classifier says about them: null until it has answered, undefined without one. */
  readonly classes: ClassifiedPoints | null | undefined;
}

/** One latent dimension: its KL, the pictures along it, and the slider that moves the point. */
export function TraversalRow({ dimension, kl, value, values, ...row }: TraversalRowProps) {
  const reach = Math.max(SLIDER_REACH, Math.ceil(Math.abs(value)));
  const texts = Array.from(values ?? [], coordinate);
  return (
    <li class={row.dead ? 'traversal dead' : 'traversal'}>
      <div class="row-name">
        <strong>{`z${dimension}`}</strong>
        <span class="row-kl">{kl === undefined ? '' : t('{0} nats', nats(kl))}</span>
        <span class="row-bar" aria-hidden="true" style={{ width: `${Math.round(row.share * 100)}%` }} />
      </div>
      <div class="row-frames">
        {values === null ? (
          <div class="frame-strip" />
        ) : (
          <FrameStrip
            pictures={row.pictures}
            first={row.first}
            titles={texts.map((text) => `z${dimension} = ${text}`)}
            label={t(
              '{0} pictures along dimension {1}, z from {2}',
              values.length,
              dimension,
              `${texts[0]} to ${texts.at(-1)}`,
            )}
            marked={nearest(values, value)}
            onChoose={(at) => row.onChange(dimension, Number(values[at]!.toFixed(2)))}
          />
        )}
        {row.classes !== undefined && (
          <RowClasses
            points={row.classes}
            label={(said) => t('Probabilities of classes along dimension {0}: {1}', dimension, said)}
          />
        )}
      </div>
      <div class="slide">
        <input
          type="range"
          min={-reach}
          max={reach}
          step={0.01}
          aria-label={t('Dimension {0}, z', dimension)}
          value={value}
          onInput={({ currentTarget }) => row.onInput(dimension, Number(currentTarget.value))}
          onChange={({ currentTarget }) => row.onChange(dimension, Number(currentTarget.value))}
        />
        <output class={row.edited ? 'place edited' : 'place'}>{coordinate(value)}</output>
      </div>
    </li>
  );
}

/** Returns the index of the value nearest to another, or -1 if it is further away than the outermost gap. */
function nearest(values: Float32Array, value: number): number {
  const distances = Array.from(values, (at) => Math.abs(at - value));
  const least = Math.min(...distances);
  const last = values.length - 1;
  const isReached = last < 1 || least <= values[last]! - values[last - 1]!;
  return isReached ? distances.indexOf(least) : -1;
}
