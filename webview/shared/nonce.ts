/**
 * The widget library probes the browser with a style element while it is loaded, and looks in the page for a nonce to
 * give to it. Ours is the script's own; this module must be imported before the library. Where the page's policy has no
 * nonce for styles the probe is refused, and the widgets show their focus ring after clicks too.
 */
const { nonce } = document.currentScript as HTMLScriptElement;
if (nonce !== '') {
  const meta = document.createElement('meta');
  meta.setAttribute('property', 'csp-nonce');
  meta.content = nonce;
  document.head.append(meta);
}
export {};
