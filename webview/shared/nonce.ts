/**
 * The widget library probes the browser with a style element as it loads, using a nonce that it looks up in the page.
 * This module provides the script's nonce, so import it before the library. If the page's policy has no nonce for
 * styles, the probe is blocked and the widgets also show their focus ring after clicks.
 */
const nonce = document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce ?? '';
if (nonce !== '') {
  const meta = document.createElement('meta');
  meta.setAttribute('property', 'csp-nonce');
  meta.content = nonce;
  document.head.append(meta);
}
export {};
