import { parseRequest } from '../../runs/settings/parse-request';
import type { Sweep } from '../../sweeps/sweep-file';
import { requestOf } from '../../sweeps/trials';
import type { AskedImages } from '../cluster/images-to-send';

/** Returns how the trials of a sweep read their images; null if they read them in several ways, such as in several sizes. */
export function imagesOfTrials({
  request,
  trials,
  search,
}: Pick<Sweep, 'request' | 'trials' | 'search'>): AskedImages | null {
  // What a search will choose is between these.
  const ends =
    search.kind === 'tpe'
      ? search.dimensions.flatMap((dimension) =>
          ('values' in dimension ? dimension.values : [dimension.low, dimension.high]).map((value) => ({
            [dimension.setting]: String(value),
          })),
        )
      : [];
  const asked = [...trials.map(({ values }) => values), ...ends].map((values): AskedImages => {
    const { source, shape } = parseRequest(requestOf(request, values));
    return { source, shape };
  });
  const [first] = asked;
  const areSame = asked.every((each) => JSON.stringify(each) === JSON.stringify(first));
  return areSame && first !== undefined ? first : null;
}
