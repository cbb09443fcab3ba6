/** The theme colours for canvases; everything else uses the CSS variables directly. */
export interface Theme {
  readonly foreground: string;
  readonly background: string;
  readonly quiet: string;
  readonly grid: string;
  readonly train: string;
  readonly validation: string;
  readonly font: string;
  readonly highContrast: boolean;
  /** Dark foreground on a light background. */
  readonly light: boolean;
}

export function readTheme(): Theme {
  const style = getComputedStyle(document.body);
  const colour = (...names: string[]): string => {
    for (const name of names) {
      const value = style.getPropertyValue(`--vscode-${name}`).trim();
      if (value !== '') return value;
    }
    return style.color;
  };
  const highContrast =
    document.body.classList.contains('vscode-high-contrast') ||
    document.body.classList.contains('vscode-high-contrast-light');
  return {
    foreground: colour('editor-foreground', 'foreground'),
    background: colour('editor-background'),
    quiet: highContrast ? colour('foreground') : colour('descriptionForeground', 'foreground'),
    grid: highContrast
      ? colour('contrastBorder', 'foreground')
      : colour('editorIndentGuide-background1', 'charts-lines'),
    train: colour('charts-blue'),
    validation: opaque(colour('charts-orange')),
    font: `11px ${style.fontFamily}`,
    highContrast,
    light: ['vscode-light', 'vscode-high-contrast-light'].some((name) =>
      document.body.classList.contains(name),
    ),
  };
}

/** Drops the alpha channel: the default themes' orange is half transparent, too faint for a line. */
export function opaque(colour: string): string {
  const hex = /^#([0-9a-f]{6})[0-9a-f]{2}$/i.exec(colour) ?? /^#([0-9a-f]{3})[0-9a-f]$/i.exec(colour);
  if (hex) return `#${hex[1]}`;
  const parts = /^rgba\(([^,]+),([^,]+),([^,]+),[^)]+\)$/.exec(colour);
  return parts ? `rgb(${parts[1]},${parts[2]},${parts[3]})` : colour;
}

/**
 * Calls `changed` when the theme changes: VS Code swaps the body's classes and the root's inline variables.
 * @returns a function that ends it
 */
export function observeTheme(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
  return () => observer.disconnect();
}

/** Whether the system or VS Code asks for reduced motion. */
export function reducedMotion(): boolean {
  return (
    matchMedia('(prefers-reduced-motion: reduce)').matches ||
    document.body.classList.contains('vscode-reduce-motion')
  );
}
