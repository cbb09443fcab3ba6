import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Use {
  readonly file: string;
  readonly line: number;
  /** Null where the message is put together at run time, so that no translator can see it. */
  readonly message: string | null;
  /** Values beside it; null where they are a list. */
  readonly values: number | null;
}

/** Calls of `t`, `vscode.l10n.t` and `services.t` with what they say. */
function uses(file: string): Use[] {
  const source = ts.createSourceFile(
    file,
    readFileSync(join(root, file), 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  const found: Use[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /(^|\.)t$/.test(node.expression.getText())) {
      const [message] = node.arguments;
      found.push({
        file,
        line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1,
        message: message && ts.isStringLiteralLike(message) ? message.text : null,
        values: node.arguments.some(ts.isSpreadElement) ? null : node.arguments.length - 1,
      });
    }
    node.forEachChild(visit);
  };
  visit(source);
  return found;
}

const sources = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .sort()
    .map((name) => join(folder, name));
const files = ['src/extension.ts', ...sources('src/text'), ...sources('src/host'), ...sources('webview')];
const all = files.flatMap(uses);

it('texts are literals, and have a value for each place', () => {
  expect(all.length).toBeGreaterThan(100);
  for (const { file, line, message, values } of all) {
    expect(message, `${file}:${line}`).not.toBeNull();
    if (values === null) continue;
    const places = new Set([...message!.matchAll(/\{(\d+)\}/g)].map((match) => Number(match[1])));
    expect([...places].sort(), `${file}:${line}: ${message}`).toEqual(
      Array.from({ length: values }, (_, i) => i),
    );
  }
});

// After a change of texts: npx vitest run test/l10n.test.ts -u
it('the bundle for translators has them all, and no others', async () => {
  const bundle = Object.fromEntries(
    [...new Set(all.map(({ message }) => message!))].sort().map((text) => [text, text]),
  );
  await expect(`${JSON.stringify(bundle, null, 2)}\n`).toMatchFileSnapshot('../l10n/bundle.l10n.json');
});
