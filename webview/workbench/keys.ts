import { isNarrow } from '../shared/narrow';
import { TABS } from './tabs';
import type { RunSession } from '../shared/run-session';

/** Regions that F6 goes through, in order. */
const REGIONS = ['.run-header', '#stage', '#inspector', '#tray', '#transport'];

/**
 * Handles the keys of the whole page: Ctrl+1 to Ctrl+5 choose a tab, F6 goes from region to region, Escape closes the
 * inspector's sheet, Ctrl+Z and Ctrl+Shift+Z or Ctrl+Y undo and redo. Keys handled here do not reach VS Code.
 * @returns a function that ends it
 */
export function handleKeys(session: RunSession): () => void {
  const handle = (event: KeyboardEvent): void => {
    if (!act(session, event)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  document.addEventListener('keydown', handle, true);
  return () => document.removeEventListener('keydown', handle, true);
}

function act(session: RunSession, { key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): boolean {
  if (key === 'F6' && !altKey) {
    goToRegion(shiftKey ? -1 : 1);
    return true;
  }
  const change = altKey || !(ctrlKey || metaKey) ? undefined : changeOf(key, shiftKey);
  if (change !== undefined && !isTyping()) {
    session.changes[change]();
    return true;
  }
  if ((ctrlKey || metaKey) && !altKey && !shiftKey) {
    const tab = TABS[Number(key) - 1];
    if (tab === undefined) return false;
    session.state.update({ tab: tab.id });
    return true;
  }
  if (key === 'Escape' && isNarrow.value && session.inspector.isOpen.value) {
    session.inspector.close();
    return true;
  }
  return false;
}

function changeOf(key: string, shiftKey: boolean): 'undo' | 'redo' | undefined {
  if (key.toLowerCase() === 'z') return shiftKey ? 'redo' : 'undo';
  return key.toLowerCase() === 'y' && !shiftKey ? 'redo' : undefined;
}

/** Whether a key belongs to a field for text, which has a history of its own. */
const isTyping = (): boolean =>
  document.activeElement?.matches('input:not([type=checkbox], [type=color]), textarea') ?? false;

function goToRegion(by: 1 | -1): void {
  const regions = REGIONS.flatMap((selector) => document.querySelector<HTMLElement>(selector) ?? []).filter(
    (region) => region.offsetParent !== null,
  );
  const now = regions.findIndex((region) => region.contains(document.activeElement));
  const start = now < 0 ? (by > 0 ? -1 : 0) : now;
  regions[(start + by + regions.length) % regions.length]?.focus();
}
