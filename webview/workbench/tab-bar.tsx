import type { ReadonlySignal } from '@preact/signals';
import type { RunSession } from '../shared/run-session';
import { Select } from '../shared/ui/select';
import { walkTabs } from '../shared/ui/tab-keys';
import { t } from '../shared/l10n';
import { TABS } from './tabs';
import type { TabId } from '../../src/protocol/panel';

interface TabBarProps {
  readonly session: RunSession;
  readonly tab: ReadonlySignal<TabId>;
  readonly narrow: boolean;
}

/** The tabs of the stage; a drop-down list in a narrow view. */
export function TabBar({ session, tab, narrow }: TabBarProps) {
  const choose = (id: string): void => session.state.update({ tab: id });
  if (narrow) {
    const choices = TABS.map(({ id, label }) => ({ value: id, label }));
    return (
      <nav class="tabs">
        <Select label={t('View')} choices={choices} value={tab.value} onChange={choose} />
      </nav>
    );
  }
  const ids = TABS.map(({ id }) => id);
  return (
    <div
      class="tabs"
      role="tablist"
      aria-label={t('Views of the run')}
      onKeyDown={(event) => walkTabs(event, ids, tab.value, choose)}
    >
      {TABS.map(({ id, label }, i) => (
        <button
          key={id}
          id={`tab-${id}`}
          type="button"
          class="tab"
          role="tab"
          aria-selected={tab.value === id}
          aria-controls="stage"
          tabIndex={tab.value === id ? 0 : -1}
          title={t('{0} (Ctrl+{1})', label, i + 1)}
          onClick={() => choose(id)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
