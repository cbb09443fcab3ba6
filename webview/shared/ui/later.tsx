import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** A wait longer than this says what it waits for, in ms. */
const SAY_AFTER_MS = 300;

/** What is shown if the wait for something takes long enough to be noticed. */
export function Later({ children }: { readonly children: ComponentChildren }) {
  const [due, setDue] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setDue(true), SAY_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return due ? <>{children}</> : null;
}
