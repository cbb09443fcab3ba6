export interface WebviewPage {
  /** The webview's `cspSource`. */
  readonly source: string;
  /** Unique for every page. */
  readonly nonce: string;
  readonly script: string;
  readonly styles: string;
  /** A BCP 47 language tag. */
  readonly language: string;
  readonly title: string;
  /** Addresses of the script and the WebAssembly file with which the page decodes by itself; null if it does not. */
  readonly decoder: { readonly script: string; readonly wasm: string } | null;
  /** Translations keyed by the English text, as in `vscode.l10n.bundle`; undefined if the page is in English. */
  readonly texts: Readonly<Record<string, string>> | undefined;
}

const escape = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** Returns the page of a webview, whose policy allows only our script and our files. */
export function pageHtml(parts: WebviewPage): string {
  const { source, nonce, script, styles, language, title, texts, decoder } = parts;
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'${decoder === null ? '' : " 'wasm-unsafe-eval'"}`,
    `style-src ${source} 'nonce-${nonce}'`,
    `img-src ${source} data: blob:`,
    `font-src ${source}`,
    ...(decoder === null ? [] : [`connect-src ${source}`]),
  ].join('; ');
  const files =
    decoder === null ? '' : ` data-decoder="${escape(decoder.script)}" data-wasm="${escape(decoder.wasm)}"`;
  return `<!DOCTYPE html>
<html lang="${escape(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escape(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<link rel="stylesheet" href="${escape(styles)}">
</head>
<body><div id="app" data-texts="${escape(JSON.stringify(texts ?? {}))}"${files}></div><script type="module" nonce="${nonce}" src="${escape(script)}"></script></body>
</html>
`;
}
