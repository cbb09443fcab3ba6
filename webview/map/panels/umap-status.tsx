import { useEffect } from 'preact/hooks';
import { USUAL_LAYOUT } from '../../../src/protocol/layout';
import type { LayoutParameters, LayoutProgress, MapLayout } from '../../../src/protocol/layout';
import type { MapSet } from '../../../src/protocol/map';
import { count } from '../../shared/format';
import { ErrorText } from '../../shared/ui/notice';
import { Button } from '../../shared/ui/widgets';
import { t } from '../../shared/l10n';
import type { MapModel } from '../data/map-model';

/** Up to this many images UMAP is run without being asked for, once it is chosen: it takes seconds. */
const MAX_UNASKED_LAYOUT = 5000;

/** The parameters of the last layout, or the usual ones, so that one click repeats it. */
export function parametersOf(saved: MapLayout | null, images: number): LayoutParameters {
  const { neighbours, minDist, seed, most } = saved ?? {
    ...USUAL_LAYOUT,
    neighbours: Math.min(USUAL_LAYOUT.neighbours, images),
  };
  return { neighbours, minDist, seed, most };
}

/** What UMAP has made of the images, or how far it is. Begins it for a small map that has no layout. */
export function UmapStatus({ map }: { readonly map: MapModel }) {
  const { set } = map;
  const layout = map.state?.layout;
  const isDue =
    set !== null &&
    set.count <= MAX_UNASKED_LAYOUT &&
    map.state?.set?.key === set.key &&
    set.layout === null &&
    map.isLayoutDue;
  useEffect(() => {
    if (isDue) map.layOut(parametersOf(map.state?.layout.saved ?? null, set.count));
  }, [isDue, map]);
  if (set === null || layout === undefined) return null;
  return (
    <div class="map-umap" role="region" aria-label="UMAP">
      {layout.job !== null ? (
        <Progress map={map} job={layout.job} />
      ) : (
        <p class="quiet">{set.layout === null ? missingText(layout.saved) : shownText(set, set.layout)}</p>
      )}
      {layout.job === null && set.layout === null && (
        <Button onClick={() => map.layOut(parametersOf(layout.saved, set.count))}>{t('Lay Out')}</Button>
      )}
      <ErrorText text={map.layoutTrouble || layout.error} />
    </div>
  );
}

function Progress({ map, job }: { readonly map: MapModel; readonly job: LayoutProgress }) {
  return (
    <div class="map-job" role="status">
      <progress aria-label="UMAP" max={Math.max(1, job.total)} value={job.done} />
      <span class="quiet">{progressText(job)}</span>
      <Button onClick={() => map.cancelLayout()}>{t('Cancel')}</Button>
    </div>
  );
}

function progressText({ stage, done, total }: LayoutProgress): string {
  const words = {
    neighbours: t('Finding neighbours {0} / {1}', count(done), count(total)),
    layout: t('Laying out, epoch {0} / {1}', count(done), count(total)),
    rest: t('Placing the other images {0} / {1}', count(done), count(total)),
  };
  return words[stage];
}

function missingText(saved: MapLayout | null): string {
  const meanwhile = t('Until then, the points stay where they are.');
  if (saved === null) return `${t('UMAP has not laid out these images yet.')} ${meanwhile}`;
  const old = t('This layout was made from the images as encoded at step {0}.', count(saved.step));
  return `${old} ${meanwhile}`;
}

function shownText({ count: images, step }: MapSet, layout: MapLayout): string {
  const { neighbours, minDist, seed, epochs, fitted } = layout;
  const made = t(
    'UMAP of the posterior means at step {0}: {1} neighbours, min. distance {2}, seed {3}, {4} epochs.',
    count(step),
    neighbours,
    minDist,
    seed,
    epochs,
  );
  const rest =
    fitted === images
      ? ''
      : ` ${t('{0} of {1} images were laid out; the others are placed among their nearest neighbours in that sample.', count(fitted), count(images))}`;
  return `${made}${rest} ${t('Nearby images are similar. Distances between distant groups, and the sizes of groups, mean little.')}`;
}
