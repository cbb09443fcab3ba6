/** Translations by the English text; the host writes them into the page (src/host/webview/html.ts). */
const texts: Readonly<Record<string, unknown>> =
  typeof document === 'undefined' ? {} : read(document.getElementById('app')?.dataset['texts']);

/**
 * A text in the language of VS Code; English where there is no translation.
 * @param message the English text, a literal; `{0}` stands for the first of `values`
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
