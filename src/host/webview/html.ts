export interface PageParts {
  /** The webview's `cspSource`. */
  readonly source: string;
  /** Unique for every page. */
  readonly nonce: string;
  readonly script: string;
  readonly styles: string;
  /** A BCP 47 language tag. */
  readonly language: string;
  readonly title: string;
  /** Translations keyed by the English text, as in `vscode.l10n.bundle`; undefined if the page is in English. */
  readonly texts: Readonly<Record<string, string>> | undefined;
}

const escape = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** Returns the page of a webview, whose policy allows only our script and our files. */
export function pageHtml({ source, nonce, script, styles, language, title, texts }: PageParts): string {
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${source} 'nonce-${nonce}'`,
    `img-src ${source} data: blob:`,
    `font-src ${source}`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${escape(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escape(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<link rel="stylesheet" href="${escape(styles)}">
</head>
<body><div id="app" data-texts="${escape(JSON.stringify(texts ?? {}))}"></div><script nonce="${nonce}" src="${escape(script)}"></script></body>
</html>
`;
}
