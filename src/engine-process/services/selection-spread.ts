import { setImmediate as turn } from 'node:timers/promises';
import { Covariance } from '../../latent/pca';
import { rowsOf } from '../../latent/rows';
import { spreadAxes, spreadGrid } from '../../latent/spread';
import type { SpreadAxis } from '../../latent/spread';
import { MAX_FITTED_DIMENSIONS } from '../../domain/limits';
import type { Direction } from '../../domain/direction';
import type { SelectionSpread } from '../../protocol/directions';
import type { EngineMethods } from '../../protocol/schemas/engine';
import { RpcError } from '../../protocol/rpc';
import type { Params } from '../../protocol/rpc';
import { modelOf } from '../ready-model';
import type { EngineContext } from '../context';
import { decodeInTurns } from './decode-in-turns';
import { membersOf } from './image-set-members';
import { checkCount } from './request-checks';

/** Multiplications between two turns of the event loop. */
const BLOCK_PRODUCTS = 20_000_000;

/** Decodes steps along the principal components of some images' encodings. @throws RpcError for an invalid request */
export async function selectionSpread(
  context: EngineContext,
  { of, components, steps }: Params<EngineMethods, 'selectionSpread'>,
  signal: AbortSignal,
): Promise<SelectionSpread> {
  const { latents } = await context.latents.encoded();
  const { mean: means, dimensions, step, fingerprint } = latents;
  if (dimensions > MAX_FITTED_DIMENSIONS)
    throw new RpcError(
      'bad-input',
      `got ${dimensions} latent dimensions, expected at most ${MAX_FITTED_DIMENSIONS} for principal components of some images`,
    );
  const members = membersOf(latents, of);
  const rows = Uint32Array.from(members.keys()).filter((row) => members[row] === 1);
  if (rows.length < 2) {
    const got = rows.length === 0 ? 'no image of the map' : 'one image';
    throw new RpcError('bad-input', `of: got ${got}, expected at least two: one does not vary`);
  }
  const covariance = new Covariance(dimensions);
  const block = Math.ceil(BLOCK_PRODUCTS / dimensions ** 2);
  for (let first = 0; first < rows.length; first += block) {
    signal.throwIfAborted();
    covariance.add(rowsOf(means, dimensions, rows.subarray(first, first + block)));
    await turn();
  }
  const fitted = covariance.components();
  const axes = spreadAxes(fitted, components);
  if (axes.length === 0)
    throw new RpcError('bad-input', `of: the encodings of these ${rows.length} images do not differ`);
  const model = await context.scheduler.turn('evaluation', () => modelOf(context));
  checkCount(model, axes.length * steps.length);
  const z = spreadGrid(fitted.mean, axes, steps);
  const pictures = await decodeInTurns(context, model, z, signal);
  const origin = { counts: [rows.length, 0] as const, step, fingerprint };
  return {
    images: rows.length,
    mean: Float32Array.from(fitted.mean),
    components: axes.map((axis) => ({
      share: axis.share,
      deviation: axis.deviation,
      direction: directionAlong(fitted.mean, axis, origin),
    })),
    ...{ steps, z, pictures, step: model.step },
  };
}

/** Returns a component as a direction from one standard deviation below the mean to one above. */
export function directionAlong(
  mean: Float64Array,
  { direction, deviation }: Pick<SpreadAxis, 'direction' | 'deviation'>,
  origin: Pick<Direction, 'counts' | 'step' | 'fingerprint'>,
): Direction {
  return {
    vector: Float32Array.from(direction, (value) => 2 * deviation * value),
    start: Float32Array.from(mean, (value, d) => value - deviation * direction[d]!),
    ...{ inBoth: 0, score: null, ...origin },
  };
}
