import './safe-text';
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

export interface MenuItem {
  readonly label: string;
  readonly title?: string;
  readonly disabled?: boolean;
  readonly act: () => void;
}

interface PopoverProps {
  /** Of the button, for screen readers and as its tooltip. */
  readonly label: string;
  /** What the button shows. */
  readonly button: ComponentChildren;
  readonly class?: string;
  readonly children: (close: () => void) => ComponentChildren;
}

/** A button that opens a box below it; Escape, a click outside and a lost focus close the box. */
export function Popover({ label, button, class: name = '', children }: PopoverProps) {
  const [open, setOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const close = (): void => {
    setOpen(false);
    opener.current?.focus();
  };
  useLayoutEffect(() => {
    if (!open) return;
    const outside = (event: Event): void => {
      if (!place.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, [open]);
  return (
    <div
      ref={place}
      class={`popover ${name}`}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return;
        event.stopPropagation();
        close();
      }}
      onFocusOut={(event) => {
        const to = event.relatedTarget as Node | null;
        if (to !== null && !event.currentTarget.contains(to)) setOpen(false);
      }}
    >
      <button
        ref={opener}
        type="button"
        class="popover-button"
        aria-label={label}
        title={label}
        aria-expanded={open}
        aria-haspopup="true"
        onClick={() => setOpen(!open)}
      >
        {button}
      </button>
      {open && <div class="popover-box">{children(close)}</div>}
    </div>
  );
}

/** The actions behind a button, walked with the arrow keys. */
export function Menu({
  label,
  button,
  items,
}: {
  readonly label: string;
  readonly button: ComponentChildren;
  readonly items: readonly MenuItem[];
}) {
  return (
    <Popover label={label} button={button} class="menu">
      {(close) => <Items items={items} close={close} />}
    </Popover>
  );
}

function Items({ items, close }: { readonly items: readonly MenuItem[]; readonly close: () => void }) {
  const list = useRef<HTMLDivElement>(null);
  const buttons = (): HTMLButtonElement[] => [...list.current!.querySelectorAll('button')];
  // Before the box is drawn: a key pressed at once belongs to the menu.
  useLayoutEffect(() => buttons()[0]?.focus(), []);
  const walk = (event: KeyboardEvent): void => {
    const all = buttons();
    const at = all.indexOf(document.activeElement as HTMLButtonElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    all[(to + all.length) % all.length]?.focus();
  };
  return (
    <div ref={list} role="menu" onKeyDown={walk}>
      {items.map((item) => (
        <button
          key={item.label}
          type="button"
          role="menuitem"
          title={item.title}
          aria-disabled={item.disabled}
          onClick={() => {
            if (item.disabled) return;
            close();
            item.act();
          }}
        >
          {item.label}
        </button>
      ))}
    </div>
  );
}
