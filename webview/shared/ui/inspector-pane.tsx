import type { ComponentChildren } from 'preact';
import type { Pane } from '../../../src/protocol/panel';
import type { RunSession } from '../run-session';
import { t } from '../l10n';

const PANES: readonly { readonly pane: Pane; readonly label: string }[] = [
  { pane: 'image', label: t('Image') },
  { pane: 'selection', label: t('Selection') },
  { pane: 'here', label: t('Here') },
];

interface InspectorPaneProps {
  readonly session: RunSession;
  readonly narrow: boolean;
  readonly panes: Readonly<Record<Pane, ComponentChildren>>;
}

/** The column beside the stage, with its own scroll; in a narrow view a sheet from below. */
export function InspectorPane({ session, narrow, panes }: InspectorPaneProps) {
  const { inspector } = session;
  if (narrow && !inspector.isOpen.value)
    return (
      <button type="button" class="inspector-opener" onClick={() => inspector.show(inspector.pane.value)}>
        {t('Inspector')}
      </button>
    );
  const { value } = inspector.pane;
  return (
    <aside
      id="inspector"
      class={narrow ? 'inspector sheet' : 'inspector'}
      tabIndex={-1}
      aria-label={t('Inspector')}
    >
      <div class="panes" role="tablist" aria-label={t('Inspector')}>
        {PANES.map(({ pane, label }) => (
          <button
            key={pane}
            type="button"
            class="pane"
            role="tab"
            aria-selected={pane === value}
            onClick={() => inspector.show(pane)}
          >
            {label}
          </button>
        ))}
        {narrow && (
          <button type="button" class="pane-close" aria-label={t('Close')} onClick={() => inspector.close()}>
            ✕
          </button>
        )}
      </div>
      <div class="pane-body" role="tabpanel" key={value}>
        {panes[value]}
      </div>
    </aside>
  );
}
