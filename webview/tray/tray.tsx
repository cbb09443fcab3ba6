import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { RunSession } from '../shared/run-session';
import { useStoredPictures } from '../shared/stored-pictures';
import { chosenInTray, removeFromTray, trayItems } from '../shared/tray';
import { Later } from '../shared/ui/later';
import { Busy } from '../shared/ui/widgets';
import { t } from '../shared/l10n';
import { TrayActions } from './tray-actions';
import { TrayImage } from './tray-image';

/** The images at hand: pinned images of the dataset and encoded files, newest first, to be shown, chosen and put together. */
export function Tray({ session }: { readonly session: RunSession }) {
  const items = trayItems(session);
  const chosen = chosenInTray(session);
  const pictures = useStoredPictures(
    session,
    items.filter(({ card }) => card === null).map(({ key }) => key),
  );
  const list = useRef<HTMLUListElement>(null);
  const [focused, setFocused] = useState('');
  /** Place of an image that is being taken out: the one that comes there gets the focus. */
  const refocus = useRef(-1);
  const focusAt = (index: number): void => {
    const all = list.current?.querySelectorAll<HTMLElement>('[role=option]') ?? [];
    all[Math.min(all.length - 1, Math.max(0, index))]?.focus();
  };
  useLayoutEffect(() => {
    if (refocus.current >= 0) focusAt(refocus.current);
    refocus.current = -1;
  }, [items.length]);
  if (items.length === 0)
    return session.cardsBusy ? (
      <Later>
        <div class="tray-empty">
          <Busy>{t('Encoding…')}</Busy>
        </div>
      </Later>
    ) : (
      <p class="tray-empty quiet">
        {t('Pinned images and files that you encode with VAE: Encode are kept here.')}
      </p>
    );

  const toggle = (key: string): void => {
    const isChosen = chosen.includes(key);
    session.state.update({ trayChosen: isChosen ? chosen.filter((one) => one !== key) : [...chosen, key] });
  };
  const handleKey = (event: KeyboardEvent): void => {
    const at = items.findIndex(({ key }) => key === focused);
    const item = items[at];
    if (item === undefined) return;
    const steps: Partial<Record<string, number>> = {
      ArrowRight: at + 1,
      ArrowDown: at + 1,
      ArrowLeft: at - 1,
      ArrowUp: at - 1,
      Home: 0,
      End: items.length - 1,
    };
    const to = steps[event.key];
    if (to !== undefined) focusAt(to);
    else if (event.key === 'Enter') session.inspector.showImage(item.key);
    else if (event.key === ' ') toggle(item.key);
    else if (event.key === 'Delete') {
      refocus.current = at;
      void removeFromTray(session, [item.key]);
    } else return;
    event.preventDefault();
  };
  const inspected = session.inspector.image.value;
  const tabStop = items.some(({ key }) => key === focused) ? focused : items[0]!.key;
  return (
    <section class="tray-strip" aria-label={t('Tray')}>
      <ul
        ref={list}
        class="tray-images"
        role="listbox"
        aria-label={t('Images in the tray. Enter shows one, Space chooses it, Delete takes it out.')}
        aria-multiselectable="true"
        aria-orientation="horizontal"
        onKeyDown={handleKey}
      >
        {items.map((item) => (
          <TrayImage
            key={item.key}
            item={item}
            picture={item.card === null ? pictures.get(item.key) : undefined}
            place={chosen.indexOf(item.key)}
            isShown={item.key === inspected}
            isTabStop={item.key === tabStop}
            onFocus={() => setFocused(item.key)}
            onShow={() => session.inspector.showImage(item.key)}
            onToggle={() => toggle(item.key)}
            onRemove={() => void removeFromTray(session, [item.key])}
          />
        ))}
      </ul>
      <TrayActions session={session} items={items} chosen={chosen} />
    </section>
  );
}
