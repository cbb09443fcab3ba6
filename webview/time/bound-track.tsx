import { rowAt } from '../shared/metric-history';
import type { MetricHistory } from '../shared/metric-history';
import type { RunSession } from '../shared/run-session';

/** The bound at each snapshot as a small line: the track of the slider. The values stand beside the slider as text. */
export function BoundTrack({ session }: { readonly session: RunSession }) {
  const { history, time } = session;
  const steps = time.steps.value;
  const last = Math.max(1, steps.length - 1);
  return (
    <svg class="time-track" viewBox={`0 0 ${last} 1`} preserveAspectRatio="none" aria-hidden="true">
      <path d={trackPath(history, steps)} />
    </svg>
  );
}

/**
 * Returns the path over the indices of `steps`, from 0 for the highest bound down to 1 for the lowest; empty without two
 * values. It is the training bound, which is there from the first snapshots on.
 */
export function trackPath({ train, validation }: MetricHistory, steps: readonly number[]): string {
  const bounds = steps.map((step) =>
    train.length > 0 ? rowAt(train, step)?.elbo : rowAt(validation, step)?.elbo,
  );
  const points = bounds.flatMap((bound, index) =>
    bound !== undefined && Number.isFinite(bound) ? [{ index, bound }] : [],
  );
  if (points.length < 2) return '';
  const low = Math.min(...points.map(({ bound }) => bound));
  const high = Math.max(...points.map(({ bound }) => bound));
  const range = high - low || 1;
  return points
    .map(({ index, bound }, i) => `${i === 0 ? 'M' : 'L'}${index} ${((high - bound) / range).toFixed(3)}`)
    .join('');
}
