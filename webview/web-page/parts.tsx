import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { ReadonlySignal } from '@preact/signals';
import type { RunSession } from '../shared/run-session';
import type { PageParts } from './page-client';

/** What the parts of the page share. */
export interface WebPage extends PageParts {
  readonly session: RunSession;
  /** Why the page cannot decode; empty if it can, or may yet. */
  readonly noDecoder: ReadonlySignal<string>;
}

export const WebPageContext = createContext<WebPage | null>(null);

export function useWebPage(): WebPage {
  const page = useContext(WebPageContext);
  if (page === null) throw new Error('a part of the page outside of it');
  return page;
}
