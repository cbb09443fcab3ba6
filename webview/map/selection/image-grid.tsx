import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { RunSession } from '../../shared/run-session';
import { latestWins } from '../../shared/latest-wins';
import { Picture } from '../../shared/ui/picture';
import { t } from '../../shared/l10n';
import type { MapData } from '../data/map-data';
import { plotOf } from '../plot';

const CELL = 58;
const PICTURE = 52;
/** Rows above and below those in view that are made as well. */
const SPARE_ROWS = 2;

interface ImageGridProps {
  readonly session: RunSession;
  readonly data: MapData;
  /** Indices of the images, in their order. */
  readonly order: Uint32Array;
}

/** Thumbnails in a grid with its own scroll bar, of which only the rows in view are there. Arrow keys walk, Space selects. */
export function ImageGrid({ session, data, order }: ImageGridProps) {
  const grid = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [latest, setActive] = useState(0);
  const active = Math.max(0, Math.min(latest, order.length - 1));
  const anchor = useRef(0);
  useLayoutEffect(() => {
    const sizes = new ResizeObserver(([entry]) => setSize(entry!.contentRect));
    sizes.observe(grid.current!);
    return () => sizes.disconnect();
  }, []);

  const columns = Math.max(1, Math.floor(size.width / CELL));
  const rows = Math.ceil(order.length / columns);
  const first = Math.max(0, Math.floor(top / CELL) - SPARE_ROWS) * columns;
  const last = Math.min(order.length, (Math.ceil((top + size.height) / CELL) + SPARE_ROWS) * columns);
  const cells = size.height === 0 ? [] : [...order.subarray(Math.min(first, last), last).entries()];
  const ids = cells.map(([, index]) => data.images.ids[index]!);
  usePictures(session, ids);

  const idAt = (place: number): string => data.images.ids[order[place]!]!;
  const show = (place: number): void => plotOf(session).choose(idAt(place), true);
  const toggle = (place: number): void => session.selection.add([idAt(place)]);
  const walk = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor(size.height / CELL)) * columns;
    const by = {
      ...{ ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns },
      ...{ PageDown: page, PageUp: -page, Home: -order.length, End: order.length },
    }[event.key];
    if (by !== undefined) {
      const to = Math.min(order.length - 1, Math.max(0, active + by));
      setActive(to);
      reveal(grid.current!, Math.floor(to / columns) * CELL);
    } else if (event.key === 'Enter') show(active);
    else if (event.key === ' ') toggle(active);
    else return;
    event.preventDefault();
  };
  const click = (event: MouseEvent, place: number): void => {
    setActive(place);
    if (event.shiftKey) {
      const [from, to] = [Math.min(anchor.current, place), Math.max(anchor.current, place)];
      session.selection.add(Array.from(order.subarray(from, to + 1), (index) => data.images.ids[index]!));
    } else if (event.ctrlKey || event.metaKey) toggle(place);
    else show(place);
    anchor.current = place;
  };
  const selected = session.selection.idSet.value;
  const chosen = session.inspector.image.value;
  return (
    <div
      ref={grid}
      class="image-grid"
      role="listbox"
      aria-label={t('Images')}
      aria-multiselectable="true"
      aria-activedescendant={order.length > 0 ? `grid-image-${active}` : undefined}
      tabIndex={0}
      onScroll={({ currentTarget }) => setTop(currentTarget.scrollTop)}
      onKeyDown={walk}
    >
      <div class="image-grid-all" style={{ height: `${rows * CELL}px` }}>
        {cells.map(([i, index]) => {
          const place = first + i;
          const id = data.images.ids[index]!;
          const picture = session.pictures.get(id);
          return (
            <div
              key={id}
              id={`grid-image-${place}`}
              class={place === active ? 'grid-image active' : 'grid-image'}
              role="option"
              aria-label={id}
              aria-selected={selected.has(id)}
              aria-current={id === chosen}
              aria-posinset={place + 1}
              aria-setsize={order.length}
              title={id}
              style={{
                transform: `translate(${(place % columns) * CELL}px, ${Math.floor(place / columns) * CELL}px)`,
              }}
              onClick={(event) => click(event, place)}
            >
              {picture && <Picture pictures={picture} alt="" width={PICTURE} />}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** Fetches the pictures that are not there yet; the newest request goes first. */
function usePictures(session: RunSession, ids: readonly string[]): void {
  const [, arrived] = useState(0);
  const fetch = useRef(
    latestWins(async (wanted: readonly string[]) => {
      try {
        await session.pictures.fetch(wanted);
        arrived((number) => number + 1);
      } catch {
        // The cells stay empty; the map says what is wrong with the engine.
      }
    }),
  );
  const missing = ids.filter((id) => session.pictures.get(id) === undefined);
  const key = missing.join('\n');
  useEffect(() => {
    if (missing.length > 0) fetch.current(missing);
  }, [key]);
}

function reveal(grid: HTMLElement, top: number): void {
  if (top < grid.scrollTop) grid.scrollTop = top;
  else if (top + CELL > grid.scrollTop + grid.clientHeight) grid.scrollTop = top + CELL - grid.clientHeight;
}
