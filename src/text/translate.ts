/** Type of `vscode.l10n.t` and of the webviews' `t`, which are passed in: texts are made without VS Code and without a page. */
export type Translate = (message: string, ...values: (string | number)[]) => string;
