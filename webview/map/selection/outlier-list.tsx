import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Pictures } from '../../../src/domain/pictures';
import { toFailure } from '../../../src/protocol/rpc';
import { coordinate, nats } from '../../shared/format';
import type { RunSession } from '../../shared/run-session';
import { ErrorText } from '../../shared/ui/notice';
import { Picture } from '../../shared/ui/picture';
import { Busy, Button } from '../../shared/ui/widgets';
import { t } from '../../shared/l10n';
import type { MapData } from '../data/map-data';
import { plotOf } from '../plot';

/** Maximum number of entries per list. */
const MAX_LISTED = 40;
const THUMBNAIL_PIXELS = 40;

/** A list entry: an image or a pair, with the reason. */
interface Outlier {
  readonly ids: readonly string[];
  readonly why: string;
}

interface Found {
  readonly list: readonly Outlier[];
  readonly pictures: ReadonlyMap<string, Pictures>;
}

type Find = (data: MapData, session: RunSession, signal: AbortSignal) => Promise<readonly Outlier[]>;

/** Lists images worth checking: the worst reconstructions, and near-duplicates. */
export function OutlierList({ session, data }: { readonly session: RunSession; readonly data: MapData }) {
  const [found, setFound] = useState<Found | null>(null);
  const [trouble, setTrouble] = useState('');
  const [busy, setBusy] = useState(false);
  const running = useRef<AbortController | null>(null);
  // Of another map they are other images, and a search for them is given up.
  useLayoutEffect(() => {
    setFound(null);
    return () => running.current?.abort();
  }, [data]);
  const find = async (how: Find): Promise<void> => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    setBusy(true);
    setTrouble('');
    try {
      const list = await how(data, session, controller.signal);
      const pictures = await session.pictures.fetch(list.flatMap(({ ids }) => ids));
      if (!controller.signal.aborted) setFound({ list, pictures });
    } catch (error) {
      if (!controller.signal.aborted) setTrouble(toFailure(error).message);
    }
    // A search that was given up says nothing: the line belongs to the newest one.
    if (running.current === controller) setBusy(false);
  };
  return (
    <details class="map-lists">
      <summary>{t('Outliers and near-duplicates')}</summary>
      <div class="buttons">
        <Button
          title={t('{0} images with the lowest reconstruction term', MAX_LISTED)}
          onClick={() => void find(worst)}
        >
          {t('Worst Reconstructed')}
        </Button>
        <Button
          title={t('{0} pairs with the closest posteriors', MAX_LISTED)}
          onClick={() => void find(nearPairs)}
        >
          {t('Near-Duplicates')}
        </Button>
        {!busy && found !== null && found.list.length > 0 && (
          <Button onClick={() => session.selection.set(found.list.flatMap(({ ids }) => ids))}>
            {t('Select All')}
          </Button>
        )}
        {busy && <Button onClick={() => running.current?.abort()}>{t('Cancel')}</Button>}
      </div>
      <ErrorText text={trouble} />
      {busy && <Busy>{t('Comparing posteriors…')}</Busy>}
      <ul class="map-finds">
        {found?.list.map(({ ids, why }) => (
          <li key={ids.join('\n')}>
            {ids.map((id) => (
              <button
                key={id}
                type="button"
                class="map-find-image"
                title={id}
                aria-label={id}
                onClick={() => plotOf(session).choose(id, true)}
              >
                {found.pictures.has(id) && (
                  <Picture pictures={found.pictures.get(id)!} alt="" width={THUMBNAIL_PIXELS} />
                )}
              </button>
            ))}
            <span class="quiet">{why}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

const worst: Find = async (data) => {
  const values = await data.column('reconstruction');
  const order = Uint32Array.from(values, (_, i) => i).sort((a, b) => values[a]! - values[b]! || a - b);
  return [...order.subarray(0, MAX_LISTED)].map((index) => ({
    ids: [data.images.ids[index]!],
    why: t('{0} nats', nats(values[index])),
  }));
};

const nearPairs: Find = async ({ set }, { client }, signal) => {
  const pairs = await client.call('mapNearPairs', { key: set.key, count: MAX_LISTED }, signal);
  return pairs.map(({ first, second, distance }) => ({
    ids: [first, second],
    why: t('distance {0}', coordinate(distance)),
  }));
};
