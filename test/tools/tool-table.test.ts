/** The table of tools, and the documents that repeat it. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { inputSchemaOf } from '../../src/tools/input-schema';
import { TOOLS } from '../../src/tools/tool-table';

const root = resolve(__dirname, '../..');
const read = (...names: string[]): string => readFileSync(join(root, ...names), 'utf8');

test('names are unique, and verbs with nouns', () => {
  const names = TOOLS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^vae_[a-z]+_[a-z]+$/);
});

test('each field of a schema is described, and no other field is taken', () => {
  for (const tool of TOOLS) {
    const { properties = {}, additionalProperties } = inputSchemaOf(tool) as unknown as {
      properties?: Record<string, object>;
      additionalProperties: unknown;
    };
    expect(additionalProperties, tool.name).toBe(false);
    for (const [field, schema] of Object.entries(properties)) {
      const text = JSON.stringify(schema);
      expect(text, `${tool.name}.${field}`).toMatch(/"description":/);
    }
  }
});

test('docs/agents.md lists all tools, and which of them change something', () => {
  const rows = [...read('docs', 'agents.md').matchAll(/^\| `(vae_\w+)` +\|[^|]+\| (changes)? *\|$/gm)];
  expect(rows.map(([, name, access]) => [name, access === 'changes'])).toEqual(
    TOOLS.map(({ name, access }) => [name, access === 'change']),
  );
});

test('package.json contributes the same tools to language models of the editor', () => {
  const manifest = JSON.parse(read('package.json')) as {
    contributes: { languageModelTools: Record<string, unknown>[] };
  };
  const strings = JSON.parse(read('package.nls.json')) as Record<string, string>;
  const contributed = manifest.contributes.languageModelTools.map(
    ({ name, displayName, modelDescription, inputSchema, canBeReferencedInPrompt, toolReferenceName }) => ({
      ...{ name, modelDescription, inputSchema, canBeReferencedInPrompt, toolReferenceName },
      title: strings[String(displayName).slice(1, -1)],
    }),
  );
  expect(contributed).toEqual(
    TOOLS.map((tool) => ({
      ...{ name: tool.name, title: tool.title, modelDescription: tool.description },
      inputSchema: JSON.parse(JSON.stringify(inputSchemaOf(tool))) as object,
      canBeReferencedInPrompt: true,
      toolReferenceName: tool.name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
    })),
  );
});
