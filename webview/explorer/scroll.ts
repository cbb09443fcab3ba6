import type { ViewState } from '../shared/host';
import type { ExplorerModel, Topic } from '../shared/explorer-model';
import type { ExplorerState } from '../shared/explorer-state';

const TOPICS: readonly Topic[] = ['run', 'metrics', 'reconstructions', 'cards'];
/** Time in which the growing page is expected to load completely. */
const LOADING_MS = 2000;

/** Persists the scroll position, and restores it while the page loads unless the user scrolls first. */
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
  // Two frames, since sections draw in the next frame.
  for (const topic of TOPICS)
    model.on(topic, () => loading && requestAnimationFrame(() => requestAnimationFrame(restore)));

  let timer: ReturnType<typeof setTimeout> | undefined;
  const save = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => state.update({ scroll: Math.round(window.scrollY) }), 150);
  };
  window.addEventListener('scroll', () => void (loading || save()), { passive: true });
}
