import { useRef } from 'preact/hooks';
import { LAYOUT_BOUNDS, USUAL_LAYOUT } from '../../../src/protocol/layout';
import type { LayoutParameters } from '../../../src/protocol/layout';
import { Popover } from '../../shared/ui/menu';
import { Button } from '../../shared/ui/widgets';
import { t } from '../../shared/l10n';
import type { MapModel } from '../data/map-model';
import { parametersOf } from './umap-status';

/** Number of images above which the user can limit how many are laid out. */
const SUBSET_THRESHOLD = 10_000;

interface Field {
  readonly name: keyof LayoutParameters;
  readonly label: string;
  readonly step: number;
  readonly title: string;
}

const FIELDS: readonly Field[] = [
  {
    name: 'neighbours',
    label: t('Neighbours'),
    step: 1,
    title: t('Higher values show global structure, lower values local structure'),
  },
  { name: 'minDist', label: t('Min. distance'), step: 0.05, title: t('The minimum distance between images') },
  { name: 'seed', label: t('Seed'), step: 1, title: t('The same seed gives the same layout') },
  {
    name: 'most',
    label: t('Images at most'),
    step: 1,
    title: t('The others are placed among their nearest neighbours in this sample'),
  },
];

/** The parameters of UMAP, filled with those of the saved layout. */
export function UmapSettings({ map }: { readonly map: MapModel }) {
  return (
    <Popover label={t('Settings of UMAP')} button="UMAP ▾" class="map-umap-settings">
      {(close) => <Form map={map} close={close} />}
    </Popover>
  );
}

function Form({ map, close }: { readonly map: MapModel; readonly close: () => void }) {
  const { set } = map;
  const form = useRef<HTMLFormElement>(null);
  const start = useRef(parametersOf(map.state?.layout.saved ?? null, set?.count ?? 2)).current;
  if (set === null) return null;
  const wanted = (): LayoutParameters => {
    const numbers = FIELDS.flatMap(({ name }) => {
      const input = form.current!.elements.namedItem(name) as HTMLInputElement | null;
      // A field that is empty or not offered has its default.
      return input === null || input.value === '' ? [] : [[name, input.valueAsNumber] as const];
    });
    return { ...USUAL_LAYOUT, ...Object.fromEntries(numbers) };
  };
  return (
    <form
      ref={form}
      class="map-form"
      // What cannot be is refused by the engine, in words.
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        map.layOut(wanted());
        close();
      }}
    >
      {FIELDS.filter(({ name }) => name !== 'most' || set.count > SUBSET_THRESHOLD).map((field) => (
        <label key={field.name} class="select">
          <span>{field.label}</span>
          <input
            type="number"
            class="seed"
            name={field.name}
            title={field.title}
            step={field.step}
            min={LAYOUT_BOUNDS[field.name][0]}
            max={LAYOUT_BOUNDS[field.name][1]}
            defaultValue={String(start[field.name])}
          />
        </label>
      ))}
      <Button primary onClick={() => form.current!.requestSubmit()}>
        {set.layout === null ? t('Lay Out') : t('Lay Out Again')}
      </Button>
    </form>
  );
}
