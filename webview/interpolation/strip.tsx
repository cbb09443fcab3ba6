import type { NearImages } from '../../src/protocol/latent';
import type { InterpolationRequest, PathKind } from '../../src/protocol/panel';
import { coordinate } from '../shared/format';
import { t } from '../shared/l10n';
import { Picture } from '../shared/ui/picture';
import { frameAt } from './frame-positions';
import type { PathModel } from './path-model';

interface StripProps {
  readonly model: PathModel;
  readonly request: InterpolationRequest;
  readonly kind: PathKind;
  readonly title: string;
}

/**
 * The frames of one path in a wrapping row, each above the nearest image of the dataset; clicking a frame moves the
 * slider there.
 */
export function Strip({ model, request: { path }, kind, title }: StripProps) {
  const { pictures, nearest } = path[kind];
  const places = model.places.value;
  const isActive = model.kind.value === kind;
  const pressed = isActive ? frameAt(places, model.place.value) : -1;
  const waypoints = new Set(path.at);
  return (
    <section class={isActive ? 'strip active' : 'strip'} data-kind={kind} aria-label={t('{0} path', title)}>
      <h2>{title}</h2>
      <div class="frames">
        {places.map((place, i) => {
          const label = t('{0}, t {1}', title, place.toFixed(2));
          const isWaypoint = waypoints.has(i);
          return (
            <div key={i} class="frame-cell">
              <button
                type="button"
                class={isWaypoint ? 'frame waypoint' : 'frame'}
                title={isWaypoint ? t('{0}, a waypoint', label) : label}
                aria-label={label}
                aria-pressed={i === pressed}
                onClick={() => model.go(place, kind)}
              >
                <Picture pictures={pictures} index={i} alt="" />
              </button>
              {nearest && <Near model={model} images={nearest} index={i} />}
            </div>
          );
        })}
      </div>
    </section>
  );
}

interface NearProps {
  readonly model: PathModel;
  readonly images: NearImages;
  readonly index: number;
}

function Near({ model, images: { ids, uris, distances, pictures }, index }: NearProps) {
  if (pictures === null) return null;
  const uri = uris[index] ?? null;
  const label = t('Nearest image {0}, distance {1}', ids[index]!, coordinate(distances[index]!));
  return (
    <button
      type="button"
      class="near"
      title={label}
      aria-label={label}
      disabled={uri === null}
      onClick={() => uri !== null && void model.attempt(() => model.client.call('openImage', { uri }))}
    >
      <Picture pictures={pictures} index={index} alt="" />
    </button>
  );
}
