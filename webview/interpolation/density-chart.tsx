import { useMemo } from 'preact/hooks';
import type { LatentPath } from '../../src/protocol/latent';
import { PATH_KINDS } from '../../src/protocol/panel';
import type { PathKind } from '../../src/protocol/panel';
import { count, nats } from '../shared/format';
import { t } from '../shared/l10n';
import { frameAt, framePositions } from './frame-positions';
import type { PathModel } from './path-model';

/** Space above and below the lines, as a fraction of their range. */
const MARGIN_SHARE = 0.08;

interface DensityChartProps {
  readonly model: PathModel;
  readonly path: LatentPath;
}

/**
 * Plots the log density along both paths: under the fitted aggregate posterior, with the usual range of images, or
 * under the prior without such a fit.
 */
export function DensityChart({ model, path }: DensityChartProps) {
  const { low, high, bottom, top, lines } = useMemo(() => drawingOf(path), [path]);
  const place = model.place.value;
  const width = Math.max(1, path.at.length - 1);
  const usual = path.aggregate?.quantiles;
  const text = densityText(path, model.kind.value, frameAt(model.places.value, place));
  return (
    <figure class="density">
      <figcaption class="quiet">
        {path.aggregate
          ? t('Log density (nats) under the aggregate posterior: linear solid, spherical dashed')
          : t('Log density (nats) under the prior N(0, I): linear solid, spherical dashed')}
      </figcaption>
      <div class="density-body">
        <div class="density-axis quiet" aria-hidden="true">
          <span>{nats(high)}</span>
          <span>{nats(low)}</span>
        </div>
        <div class="path-plot" role="img" aria-label={t('Log density along the path. {0}', text)}>
          <svg preserveAspectRatio="none" viewBox={`0 ${-top} ${width} ${top - bottom}`}>
            {usual && (
              <rect
                class="usual"
                x={0}
                width={width}
                y={-usual[2]}
                height={Math.max(0, usual[2] - usual[0])}
              />
            )}
            <path class="marker" d={`M${place} ${-top}V${-bottom}`} />
            <path class="line spherical" d={lines.spherical} />
            <path class="line linear" d={lines.linear} />
          </svg>
        </div>
      </div>
      <p class="quiet density-text">{text}</p>
    </figure>
  );
}

/** Returns the lines, with heights upside down as SVG has them, and the range that they take. */
function drawingOf(path: LatentPath) {
  const places = framePositions(path.at);
  const values = (kind: PathKind): Float32Array => path[kind].density ?? path[kind].priorDensity;
  const usual = path.aggregate?.quantiles;
  const all = [...PATH_KINDS.flatMap((kind) => [...values(kind)]), ...(usual ? [usual[0], usual[2]] : [])];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const room = Math.max(1e-6, high - low) * MARGIN_SHARE;
  const line = (kind: PathKind): string =>
    Array.from(values(kind), (v, i) => `${i === 0 ? 'M' : 'L'}${places[i]} ${-v}`).join('');
  return {
    ...{ low, high, bottom: low - room, top: high + room },
    lines: { linear: line('linear'), spherical: line('spherical') },
  };
}

function densityText({ aggregate, ...path }: LatentPath, kind: PathKind, frame: number): string {
  const { priorDensity, density } = path[kind];
  const prior = t('prior {0}', nats(priorDensity[frame]));
  const fitted = density && t('aggregate posterior {0}', nats(density[frame]));
  const said = [fitted, prior].filter((part) => part !== null).join(', ');
  if (!aggregate) return t('Nearest frame: {0} nats.', said);
  const usual = t(
    'of {0} training images 90 % lie between {1} and {2} (band)',
    count(aggregate.images),
    nats(aggregate.quantiles[0]),
    nats(aggregate.quantiles[2]),
  );
  return t('Nearest frame: {0} nats; {1}.', said, usual);
}
