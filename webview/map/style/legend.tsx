import { useLayoutEffect, useRef } from 'preact/hooks';
import { count, nats } from '../../shared/format';
import { css, scaleColour } from '../../shared/palette';
import type { Rgb } from '../../shared/palette';
import { t } from '../../shared/l10n';
import '../../shared/ui/safe-text';
import { SHAPE_PATHS } from '../canvas/shapes';
import type { Category, Colouring } from './colouring';
import { hexOf } from './custom-colours';

export interface LegendProps {
  readonly colouring: Colouring;
  /** The quantity shown by colour, and its unit. */
  readonly title: string;
  readonly unit: string;
  /** Keys of hidden categories, possibly of other colourings. */
  readonly hidden: readonly string[];
  readonly light: boolean;
  /** The user's colours, by key. */
  readonly own: ReadonlyMap<string, Rgb>;
  /** Whether only the title is shown; `fold` is left out where it cannot be folded. */
  readonly folded?: boolean;
  readonly onFold?: (folded: boolean) => void;
  /** The user has changed which categories are hidden. */
  readonly onHide: (keys: readonly string[]) => void;
  /** The user has chosen a colour (`#rrggbb`); null restores the default. Left out if colours cannot be changed. */
  readonly onColour?: (key: string, hex: string | null) => void;
}

/** Legend of the colours; clicking a category hides its points. */
export function Legend({ folded = false, onFold, ...props }: LegendProps) {
  const { colouring, title } = props;
  return (
    <div class={folded ? 'map-legend folded' : 'map-legend'}>
      {onFold === undefined ? (
        <h3>{title}</h3>
      ) : (
        <h3>
          <button
            type="button"
            class="map-fold"
            aria-expanded={!folded}
            title={folded ? t('Show the legend') : t('Fold the legend')}
            onClick={() => onFold(!folded)}
          >
            <span aria-hidden="true">{folded ? '▸' : '▾'}</span>
            <span>{title}</span>
          </button>
        </h3>
      )}
      {!folded &&
        (colouring.kind === 'scale' ? (
          <ScaleBar {...props} low={colouring.low} high={colouring.high} />
        ) : (
          <CategoryList {...props} categories={colouring.categories.filter((each) => each.count > 0)} />
        ))}
    </div>
  );
}

type ListProps = Omit<LegendProps, 'folded' | 'onFold'> & { readonly categories: readonly Category[] };

function CategoryList({ categories, hidden, own, onHide, onColour }: ListProps) {
  const keys = categories.map(({ key }) => key);
  const elsewhere = hidden.filter((key) => !keys.includes(key));
  const isOwn = keys.some((key) => own.has(key));
  return (
    <>
      <ul>
        {categories.map((category) => (
          <li key={category.key}>
            <Toggle category={category} hidden={hidden} onHide={onHide} />
            {categories.length > 1 && (
              <button
                type="button"
                class="map-only"
                aria-label={t('Only {0}', category.name)}
                onClick={() => onHide([...elsewhere, ...keys.filter((key) => key !== category.key)])}
              >
                {t('only')}
              </button>
            )}
            {onColour && <Picker category={category} onColour={onColour} />}
          </li>
        ))}
      </ul>
      {categories.length > 1 && (
        <button
          type="button"
          class="map-all"
          disabled={elsewhere.length === hidden.length}
          onClick={() => onHide(elsewhere)}
        >
          {t('Show all')}
        </button>
      )}
      {isOwn && onColour && (
        <button type="button" class="map-all" onClick={() => keys.forEach((key) => onColour(key, null))}>
          {t('Usual colours')}
        </button>
      )}
    </>
  );
}

interface ToggleProps {
  readonly category: Category;
  readonly hidden: readonly string[];
  readonly onHide: (keys: readonly string[]) => void;
}

function Toggle({ category, hidden, onHide }: ToggleProps) {
  const { key, name } = category;
  const isHidden = hidden.includes(key);
  return (
    <button
      type="button"
      class="map-category"
      data-key={key}
      title={name}
      aria-pressed={!isHidden}
      onClick={() => onHide(isHidden ? hidden.filter((other) => other !== key) : [...hidden, key])}
    >
      <Swatch category={category} />
      <span class="map-category-name">{name}</span>
      <span class="quiet">{count(category.count)}</span>
    </button>
  );
}

function Swatch({ category }: { readonly category: Category }) {
  return (
    <svg class="map-swatch" viewBox="0 0 10 10" width={10} height={10} aria-hidden="true">
      <path d={SHAPE_PATHS[category.shape]} fill={css(category.colour)} fill-rule="evenodd" />
    </svg>
  );
}

interface PickerProps {
  readonly category: Category;
  readonly onColour: (key: string, hex: string | null) => void;
}

/** Uses `change`, which fires once the user has settled on a colour: the list must stay while the dialog is open. */
function Picker({ category: { key, name, colour }, onColour }: PickerProps) {
  return (
    <input
      type="color"
      class="map-colour"
      value={hexOf(colour)}
      title={t('Colour of {0}', name)}
      aria-label={t('Colour of {0}', name)}
      onChange={({ currentTarget }) => onColour(key, currentTarget.value)}
    />
  );
}

function ScaleBar({ low, high, unit, light }: LegendProps & { readonly low: number; readonly high: number }) {
  const bar = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const context = bar.current!.getContext('2d');
    for (let i = 0; context !== null && i < 256; i++) {
      context.fillStyle = css(scaleColour(i / 255, light));
      context.fillRect(i, 0, 1, 1);
    }
  }, [light]);
  return (
    <>
      <canvas ref={bar} class="map-scale" width={256} height={1} aria-hidden="true" />
      <div class="map-scale-ends">
        <span>{`\u2264 ${nats(low)}`}</span>
        <span class="quiet">{unit}</span>
        <span>{`\u2265 ${nats(high)}`}</span>
      </div>
    </>
  );
}
