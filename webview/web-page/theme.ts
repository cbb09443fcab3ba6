/** Marks the body as VS Code marks that of a view, by what the browser is set to: light or dark, high contrast, forced colours. */
export function followColours(): void {
  const light = matchMedia('(prefers-color-scheme: light)');
  const contrasts = [matchMedia('(forced-colors: active)'), matchMedia('(prefers-contrast: more)')];
  const apply = (): void => {
    const high = contrasts.some(({ matches }) => matches);
    document.body.classList.toggle('vscode-light', light.matches && !high);
    document.body.classList.toggle('vscode-dark', !light.matches && !high);
    document.body.classList.toggle('vscode-high-contrast', high && !light.matches);
    document.body.classList.toggle('vscode-high-contrast-light', high && light.matches);
  };
  for (const query of [light, ...contrasts]) query.addEventListener('change', apply);
  apply();
}
