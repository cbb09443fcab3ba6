import { useLayoutEffect } from 'preact/hooks';
import { DimensionsTab } from '../dimensions/dimensions-tab';
import { HerePane } from '../inspector/here-pane';
import { Curve } from '../train/curve';
import { count, nats } from '../shared/format';
import { isNarrow } from '../shared/narrow';
import { t } from '../shared/l10n';
import { InspectorPane } from '../shared/ui/inspector-pane';
import { Select } from '../shared/ui/select';
import { TabList } from '../shared/ui/tab-list';
import { FactsPart } from './facts-part';
import { ImagePart } from './image-part';
import { MapPart } from './map-part';
import { NoDecoder } from './no-decoder';
import { useWebPage } from './parts';
import { PathPart } from './path-part';
import { SelectionPart } from './selection-part';

const TABS = [
  { id: 'map', label: t('Map') },
  { id: 'dimensions', label: t('Dimensions') },
  { id: 'path', label: t('Path') },
  { id: 'train', label: t('Training') },
  { id: 'facts', label: t('Facts') },
] as const;
type PageTab = (typeof TABS)[number]['id'];

/** The whole page: header, tabs, stage and inspector. */
export function Page() {
  const { session } = useWebPage();
  const narrow = isNarrow.value;
  const tab = TABS.find(({ id }) => id === session.state.value.tab)?.id ?? 'map';
  const choose = (id: PageTab): void => session.state.update({ tab: id });
  useLayoutEffect(() => {
    const keys = (event: KeyboardEvent): void => {
      if (event.key === 'F6') {
        event.preventDefault();
        goToRegion(event.shiftKey ? -1 : 1);
      } else if (event.key === 'Escape' && isNarrow.peek() && session.inspector.isOpen.peek())
        session.inspector.close();
    };
    document.addEventListener('keydown', keys, true);
    return () => document.removeEventListener('keydown', keys, true);
  }, [session]);
  return (
    <div class={narrow ? 'workbench web-page narrow' : 'workbench web-page'}>
      <Header />
      {narrow ? (
        <nav class="tabs">
          <Select
            label={t('View')}
            choices={TABS.map(({ id, label }) => ({ value: id, label }))}
            value={tab}
            onChange={(id) => choose(id as PageTab)}
          />
        </nav>
      ) : (
        <TabList tabs={TABS} chosen={tab} choose={choose} />
      )}
      <div
        id="stage"
        class="stage"
        role={narrow ? 'region' : 'tabpanel'}
        tabIndex={-1}
        aria-label={TABS.find(({ id }) => id === tab)!.label}
      >
        <div key={tab} class={`tab-body ${tab}`}>
          <Part tab={tab} />
        </div>
      </div>
      <Inspector narrow={narrow} />
    </div>
  );
}

function Header() {
  const { data } = useWebPage();
  const { run, step, rows } = data.facts;
  const bound = rows.findLast((row) => row.type === 'validation')?.elbo ?? null;
  return (
    <header class="run-header" tabIndex={-1}>
      <h1 title={run.name}>{run.name}</h1>
      <span class="quiet page-dataset">{run.dataset}</span>
      <span class="header-space" />
      {bound !== null && (
        <span class="bound" title={t('Bound of the validation images at the last validation')}>
          <span class="bound-value">{nats(bound)}</span>
          <span class="bound-unit">{t('nats')}</span>
        </span>
      )}
      <span class="quiet">{t('step {0}', count(step))}</span>
    </header>
  );
}

function Part({ tab }: { readonly tab: PageTab }) {
  const { session, noDecoder } = useWebPage();
  switch (tab) {
    case 'map':
      return <MapPart />;
    case 'dimensions':
      return noDecoder.value === '' ? <DimensionsTab session={session} /> : <NoDecoder />;
    case 'path':
      return <PathPart />;
    case 'train':
      return <Curve session={session} />;
    case 'facts':
      return <FactsPart />;
    default:
      return tab satisfies never;
  }
}

/** The column beside the stage; in a narrow view a sheet from below. */
function Inspector({ narrow }: { readonly narrow: boolean }) {
  const { session, noDecoder } = useWebPage();
  const panes = {
    image: <ImagePart />,
    selection: <SelectionPart />,
    here: noDecoder.value === '' ? <HerePane session={session} /> : <NoDecoder />,
  };
  return <InspectorPane session={session} narrow={narrow} panes={panes} />;
}

/** Regions that F6 goes through, in order. */
const REGIONS = ['.run-header', '#stage', '#inspector'];

function goToRegion(by: 1 | -1): void {
  const regions = REGIONS.flatMap((selector) => document.querySelector<HTMLElement>(selector) ?? []);
  const now = regions.findIndex((region) => region.contains(document.activeElement));
  const start = now < 0 ? (by > 0 ? -1 : 0) : now;
  regions[(start + by + regions.length) % regions.length]?.focus();
}
