import type { Pictures } from '../../src/domain/pictures';
import type { TrayItem } from '../shared/tray';
import { Picture } from '../shared/ui/picture';
import { t } from '../shared/l10n';

/** Side of a thumbnail that is aimed at, in px. */
const SIDE = 64;

interface TrayImageProps {
  readonly item: TrayItem;
  /** Of an image of the dataset; undefined until it is known. */
  readonly picture: Pictures | undefined;
  /** Its place in the order of choice, from 0; -1 if it is not chosen. */
  readonly place: number;
  /** Whether the inspector shows it. */
  readonly isShown: boolean;
  readonly isTabStop: boolean;
  readonly onFocus: () => void;
  readonly onShow: () => void;
  readonly onToggle: () => void;
  readonly onRemove: () => void;
}

/** A thumbnail of the tray. A click shows the image; its corner, or a click with Ctrl or Shift, chooses it. */
export function TrayImage({ item, picture, place, ...props }: TrayImageProps) {
  const failed = item.card !== null && 'error' in item.card;
  const pictures = item.card !== null && !('error' in item.card) ? item.card.original : picture;
  const corner = (act: () => void) => (event: MouseEvent) => {
    event.stopPropagation();
    act();
  };
  const said = failed
    ? t('{0}, could not be encoded', item.name)
    : place < 0
      ? item.name
      : t('{0}, chosen as number {1}', item.name, place + 1);
  return (
    <li
      class={`tray-image${props.isShown ? ' shown' : ''}${place < 0 ? '' : ' chosen'}`}
      role="option"
      aria-selected={place >= 0}
      aria-current={props.isShown}
      aria-label={said}
      title={item.name}
      tabIndex={props.isTabStop ? 0 : -1}
      onFocus={props.onFocus}
      onClick={(event) => {
        const choose = event.ctrlKey || event.metaKey || event.shiftKey;
        if (choose && !failed) props.onToggle();
        else props.onShow();
      }}
    >
      {pictures === undefined ? (
        <span class={failed ? 'tray-name error-text' : 'tray-name quiet'} aria-hidden="true">
          {failed ? '⚠ ' : ''}
          {item.name}
        </span>
      ) : (
        <Picture pictures={pictures} alt="" width={SIDE} />
      )}
      {!failed && (
        <span class="tray-choose" aria-hidden="true" title={t('Choose')} onClick={corner(props.onToggle)}>
          {place < 0 ? '' : String(place + 1)}
        </span>
      )}
      <span
        class="tray-remove"
        aria-hidden="true"
        title={t('Take out of the tray')}
        onClick={corner(props.onRemove)}
      >
        ✕
      </span>
    </li>
  );
}
