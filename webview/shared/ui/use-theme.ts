import { useEffect, useState } from 'preact/hooks';
import { observeTheme, readTheme } from '../theme';
import type { Theme } from '../theme';

/** The colours of the theme; the component is drawn again when they change. */
export function useTheme(): Theme {
  const [theme, setTheme] = useState(readTheme);
  useEffect(() => observeTheme(() => setTheme(readTheme())), []);
  return theme;
}
