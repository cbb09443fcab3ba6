import { computed } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { RunSession } from '../shared/run-session';
import type { TabId } from '../../src/protocol/panel';
import { t } from '../shared/l10n';

export const TABS = [
  { id: 'train', label: t('Train') },
  { id: 'map', label: t('Map') },
  { id: 'dimensions', label: t('Dimensions') },
  { id: 'directions', label: t('Directions') },
  { id: 'samples', label: t('Samples') },
] as const satisfies readonly { readonly id: TabId; readonly label: string }[];

/**
 * Returns the tab in front: the one that was chosen for this run, else Train while it trains and after it failed, as its curve shows what
 * went wrong, and the map once there is a model.
 */
export function tabOf(session: RunSession): ReadonlySignal<TabId> {
  return computed(() => {
    const chosen = TABS.find(({ id }) => id === session.state.value.tab);
    if (chosen) return chosen.id;
    const { outcome } = session.run;
    return outcome === 'running' || outcome === 'failed' || !session.isExplorable.value ? 'train' : 'map';
  });
}
