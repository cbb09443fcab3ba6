import type { ViewState } from '../shared/host';
import type { ExplorerModel, Topic } from '../shared/explorer-model';
import type { ExplorerState } from '../shared/explorer-state';

const TOPICS: readonly Topic[] = ['run', 'metrics', 'reconstructions', 'cards'];
/** Milliseconds in which a page that grows part by part is expected to be whole. */
const LOADING_MS = 2000;

/** Remembers how far the page was scrolled, and returns there while it loads, unless the person scrolls first. */
export function keepScroll(state: ViewState<ExplorerState>, model: ExplorerModel): void {
  const target = state.value.scroll;
  let loading = target > 0;
  const loaded = (): void => void (loading = false);
  if (loading) {
    history.scrollRestoration = 'manual';
    setTimeout(loaded, LOADING_MS);
    for (const event of ['wheel', 'pointerdown', 'keydown'])
      window.addEventListener(event, loaded, { passive: true, once: true });
  }
  const restore = (): void => {
    if (loading) window.scrollTo(0, target);
  };
  // Two frames: sections draw with the next one.
  for (const topic of TOPICS)
    model.on(topic, () => loading && requestAnimationFrame(() => requestAnimationFrame(restore)));

  let timer: ReturnType<typeof setTimeout> | undefined;
  const save = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => state.update({ scroll: Math.round(window.scrollY) }), 150);
  };
  window.addEventListener('scroll', () => void (loading || save()), { passive: true });
}
