import { rankAmong } from '../../columns/ranking';
import { logDensities } from '../../latent/aggregate';
import { norms } from '../../latent/gaussian';
import type { Neighbour } from '../../latent/nearest';
import type { OffPlane, Probe, ProbeDensity } from '../../protocol/latent';
import { RpcError } from '../../protocol/rpc';
import { decodePictures } from '../../model/decode';
import type { Model } from '../../model/model';
import type { DatasetImages } from './dataset-images';
import type { EngineContext } from '../context';
import type { EncodedDataset } from '../map/encoded-dataset';
import { nearImages } from './nearest-images';
import { latentPoint } from './request-checks';
import type { LatentPlace, PlaceThen } from '../../protocol/schemas/latent';

async function densityAt(set: EncodedDataset, z: Float32Array): Promise<ProbeDensity | null> {
  const density = await set.density();
  if (density === null) return null;
  const value = logDensities(density.gaussian, z)[0]!;
  return { value, rank: rankAmong(density.densities, value).below, images: density.densities.length };
}

/**
 * Decodes a latent point and finds its density and nearest images. Takes one scheduler turn, because drags wait for it.
 * @throws RpcError for an invalid place, `not-ready` for a map position before the images are encoded
 */
export async function probe(
  context: Pick<EngineContext, 'latents'>,
  images: DatasetImages,
  model: Model,
  place: Exclude<LatentPlace, PlaceThen>,
  nearest: number,
): Promise<Probe> {
  const set = await context.latents.maybe();
  let z: Float32Array;
  let onMap: Neighbour | null = null;
  let off: OffPlane | undefined;
  if ('z' in place) z = await latentPoint(model, place);
  else if (set === null) throw new RpcError('not-ready', 'the images of this run are not encoded yet');
  else {
    const at = Float32Array.from(place.at);
    if (place.off !== undefined) {
      const { point, residual, rows } = set.besidePlane(place, at, place.off.towards);
      const { t } = place.off;
      off = { residual, ids: rows.map((row) => set.latents.ids[row]!) };
      z = point.map((value, i) => value + t * residual[i]!);
    } else {
      onMap = set.standsFor(place, at);
      z = onMap ? set.meansOf([onMap.row]) : set.pointsAt(place, at);
    }
  }
  return {
    z,
    picture: await decodePictures(model, z, 1),
    norm: norms(z, z.length)[0]!,
    density: set && (await densityAt(set, z)),
    nearest: set && nearest > 0 ? await nearImages(set, images, set.near(z, nearest)) : null,
    standsFor: onMap && { id: set!.latents.ids[onMap.row]!, distance: onMap.distance },
    ...(off && { off }),
    step: model.step,
  };
}
