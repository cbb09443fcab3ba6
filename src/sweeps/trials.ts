import { RandomStream } from '../random/stream';
import type { PresetName, TrainRequest } from '../runs/config';
import { RequestError } from '../runs/request-error';
import { MAX_TRIALS } from '../domain/sweep';
import { formatCount } from '../text/format-count';
import { parseDimension } from './values';
import type { SweepDimension } from './values';

/**
 * How the combinations of values are chosen: all of them, `trials` of them by chance, or one after another by what the ones before have
 * come to (the tree-structured Parzen estimator), while the sweep is carried out.
 */
export type Search =
  | { readonly kind: 'grid' }
  | { readonly kind: 'random' | 'tpe'; readonly trials: number; readonly seed: number };

/** A combination of values, by setting, as `--set` takes them. */
export type TrialValues = Readonly<Record<string, string>>;

/** Draws of combinations by chance for each one that is wanted: with few left over, most draws are repeats. */
const DRAWS_PER_TRIAL = 1000;

/**
 * Divides `--set` into settings that all trials share and settings that vary.
 * @throws RequestError for an unknown setting, a wrong value, or a setting given twice by different names
 */
export function parseSpace(set: Readonly<Record<string, string>>): {
  readonly shared: TrialValues;
  readonly dimensions: readonly SweepDimension[];
} {
  const parsed = Object.entries(set).map(([name, text]) => parseDimension(name, text));
  const names = parsed.map(({ setting }) => setting);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined)
    throw new RequestError(
      `${twice} was given twice; expected all of its values in one place, separated by commas`,
    );
  const shared: Record<string, string> = {};
  const dimensions: SweepDimension[] = [];
  for (const dimension of parsed) {
    if ('values' in dimension && dimension.values.length === 1)
      shared[dimension.setting] = dimension.values[0]!;
    else dimensions.push(dimension);
  }
  return { shared, dimensions };
}

/** Returns the combinations to train, each once; empty ones for a search that makes them later. @throws RequestError if there are none, too many, or fewer than asked for */
export function trialsOf(dimensions: readonly SweepDimension[], search: Search): readonly TrialValues[] {
  if (dimensions.length === 0)
    throw new RequestError(
      'got no setting with several values; expected at least one, such as --set latent=8,16,32',
    );
  if (search.kind === 'tpe') return Array.from({ length: search.trials }, () => ({}));
  return search.kind === 'grid' ? gridOf(dimensions) : drawn(dimensions, search.trials, search.seed);
}

/** All combinations; the last setting changes fastest. */
function gridOf(dimensions: readonly SweepDimension[]): TrialValues[] {
  const range = dimensions.find((dimension) => !('values' in dimension));
  if (range !== undefined)
    throw new RequestError(
      `${range.setting}: got a range, which has no grid; expected a list of values, or a random search`,
    );
  const lists = dimensions.map((dimension) => ('values' in dimension ? dimension.values : []));
  const count = lists.reduce((product, { length }) => product * length, 1);
  if (count > MAX_TRIALS)
    throw new RequestError(
      `got ${formatCount(count)} combinations, expected at most ${formatCount(MAX_TRIALS)}; give fewer values, or draw some of them by a random search`,
    );
  return lists.reduce<TrialValues[]>(
    (before, values, i) =>
      before.flatMap((trial) => values.map((value) => ({ ...trial, [dimensions[i]!.setting]: value }))),
    [{}],
  );
}

function drawn(dimensions: readonly SweepDimension[], count: number, seed: number): TrialValues[] {
  const combinations = dimensions.reduce((product, dimension) => product * sizeOf(dimension), 1);
  if (combinations < count)
    throw new RequestError(
      `got ${formatCount(count)} trials, but there are only ${formatCount(combinations)} combinations; expected at most that many`,
    );
  const stream = new RandomStream(seed, 'sweep');
  const found = new Map<string, TrialValues>();
  for (let draw = 0; found.size < count; draw++) {
    if (draw === DRAWS_PER_TRIAL * count)
      throw new RequestError(
        `found only ${formatCount(found.size)} different combinations of ${formatCount(count)}; ask for fewer trials, or search them all as a grid`,
      );
    const uniforms = stream.uniforms(draw, dimensions.length);
    const trial = Object.fromEntries(
      dimensions.map((dimension, i) => [dimension.setting, drawnValue(dimension, uniforms[i]!)]),
    );
    found.set(JSON.stringify(trial), trial);
  }
  return [...found.values()];
}

/** Number of values; infinite for a range of numbers that are not whole. */
function sizeOf(dimension: SweepDimension): number {
  if ('values' in dimension) return dimension.values.length;
  return dimension.whole ? dimension.high - dimension.low + 1 : Infinity;
}

/**
 * Returns the value of a dimension for a uniform number u in (0, 1): of a range, low + u (high - low), or low (high / low)^u on a
 * logarithmic scale; whole numbers are rounded down from a range that ends 1 later, so that its last number is as likely.
 */
export function drawnValue(dimension: SweepDimension, u: number): string {
  if ('values' in dimension) return dimension.values[Math.floor(u * dimension.values.length)]!;
  const { low, scale, whole } = dimension;
  const high = whole ? dimension.high + 1 : dimension.high;
  const value = scale === 'log' ? low * (high / low) ** u : low + u * (high - low);
  if (whole) return String(Math.min(dimension.high, Math.max(low, Math.floor(value))));
  // Four digits say what was tried, and can be typed again.
  return String(Math.min(dimension.high, Math.max(low, Number(value.toPrecision(4)))));
}

/** Returns the request of a trial: the base with the trial's values. */
export function requestOf(base: TrainRequest, values: TrialValues): TrainRequest {
  const { preset = base.preset, seed = String(base.seed), ...set } = values;
  return { ...base, preset: preset as PresetName, seed: Number(seed), set: { ...base.set, ...set } };
}
