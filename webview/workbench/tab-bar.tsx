import type { ReadonlySignal } from '@preact/signals';
import type { RunSession } from '../shared/run-session';
import { Select } from '../shared/ui/select';
import { TabList } from '../shared/ui/tab-list';
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
  return (
    <TabList
      tabs={TABS}
      chosen={tab.value}
      choose={choose}
      titleOf={(label, i) => t('{0} (Ctrl+{1})', label, i + 1)}
    />
  );
}
