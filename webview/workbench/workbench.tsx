import { useLayoutEffect, useMemo } from 'preact/hooks';
import type { ReadonlySignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { RunSession } from '../shared/run-session';
import { RunHeader } from './header';
import { InspectorPane } from '../shared/ui/inspector-pane';
import { handleKeys } from './keys';
import { Messages } from './messages';
import { isNarrow } from '../shared/narrow';
import { TabBar } from './tab-bar';
import { tabOf } from './tabs';
import type { TabId } from '../../src/protocol/panel';
import type { Pane } from '../../src/protocol/panel';

/** What fills the workbench for one run. */
export interface WorkbenchParts {
  readonly tabs: Readonly<Record<TabId, ComponentChildren>>;
  readonly panes: Readonly<Record<Pane, ComponentChildren>>;
  readonly tray: ComponentChildren;
  readonly transport: ComponentChildren;
}

interface WorkbenchProps {
  readonly session: RunSession;
  /** Makes the parts, once for each session. */
  readonly makeParts: (session: RunSession) => WorkbenchParts;
  /** What a command is doing; empty for nothing. */
  readonly working: ReadonlySignal<string>;
}

/** The page of a run: header, tabs, stage, inspector, tray and transport. */
export function Workbench({ session, makeParts, working }: WorkbenchProps) {
  const tab = useMemo(() => tabOf(session), [session]);
  const { tabs, panes, tray, transport } = useMemo(() => makeParts(session), [session, makeParts]);
  useLayoutEffect(() => handleKeys(session), [session]);
  const narrow = isNarrow.value;
  return (
    <div class={narrow ? 'workbench narrow' : 'workbench'}>
      <RunHeader session={session} narrow={narrow} />
      <TabBar session={session} tab={tab} narrow={narrow} />
      <Messages session={session} working={working.value} tab={tab.value} />
      <div
        id="stage"
        class="stage"
        role={narrow ? 'region' : 'tabpanel'}
        tabIndex={-1}
        aria-labelledby={`tab-${tab.value}`}
      >
        <div key={tab.value} class={`tab-body ${tab.value}`}>
          {tabs[tab.value]}
        </div>
      </div>
      <InspectorPane session={session} narrow={narrow} panes={panes} />
      <div id="tray" class="tray" tabIndex={-1}>
        {tray}
      </div>
      <div id="transport" class="transport" tabIndex={-1}>
        {transport}
      </div>
    </div>
  );
}
