import { t } from '../l10n';
import { walkTabs } from './tab-keys';

interface TabListProps<T extends string> {
  readonly tabs: readonly { readonly id: T; readonly label: string }[];
  readonly chosen: T;
  readonly choose: (id: T) => void;
  /** What is shown over a tab; absent for nothing. */
  readonly titleOf?: (label: string, index: number) => string;
}

/** The tabs of the stage, one of which is chosen, by mouse or keys. */
export function TabList<T extends string>({ tabs, chosen, choose, titleOf }: TabListProps<T>) {
  const ids = tabs.map(({ id }) => id);
  return (
    <div
      class="tabs"
      role="tablist"
      aria-label={t('Views of the run')}
      onKeyDown={(event) => walkTabs(event, ids, chosen, choose)}
    >
      {tabs.map(({ id, label }, i) => (
        <button
          key={id}
          id={`tab-${id}`}
          type="button"
          class="tab"
          role="tab"
          aria-selected={chosen === id}
          aria-controls="stage"
          tabIndex={chosen === id ? 0 : -1}
          title={titleOf?.(label, i)}
          onClick={() => choose(id)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
