/** Translations, keyed by the English text; the host embeds them in the page (src/host/webview/html.ts). */
const texts: Readonly<Record<string, unknown>> =
  typeof document === 'undefined' ? {} : read(document.getElementById('app')?.dataset['texts']);

/**
 * Returns the translation of a text, or the English text if there is none.
 * @param message the English text, a literal; `{0}` is replaced by the first of `values`
 */
export function t(message: string, ...values: readonly (string | number)[]): string {
  const translated = Object.hasOwn(texts, message) ? texts[message] : undefined;
  const text = typeof translated === 'string' ? translated : message;
  if (values.length === 0) return text;
  return text.replace(/\{(\d+)\}/g, (place, index: string) => String(values[Number(index)] ?? place));
}

function read(json: string | undefined): Record<string, unknown> {
  const parsed: unknown = JSON.parse(json || '{}');
  return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
}
