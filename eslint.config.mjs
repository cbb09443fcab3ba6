// @ts-check
import tseslint from 'typescript-eslint';

/** What no file contains. */
const SYNTAX = [
  {
    selector: 'ImportSpecifier[importKind=type]',
    message: 'Import types with a separate statement: import type { ... }.',
  },
  {
    selector: 'PropertyDefinition > PrivateIdentifier.key, MethodDefinition > PrivateIdentifier.key',
    message: 'Private members are marked `private`.',
  },
];

export default tseslint.config(
  { ignores: ['dist/', 'out/', 'node_modules/', '.vae/', 'test/fixtures/', 'coverage/'] },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: ['tsconfig.json', 'webview/tsconfig.json'] } },
    rules: {
      // A promise that is returned from a try block with `finally` has no handler until that block is done.
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Randomness is an argument.' },
      ],
      'no-restricted-syntax': ['error', ...SYNTAX],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  {
    // A page shows the parts of a result one after the other: a single look at it passes on a fast machine only.
    files: ['test/panel/*.test.ts', 'test/vscode/flows/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...SYNTAX,
        {
          selector: 'CallExpression[callee.name=expect] AwaitExpression',
          message: 'Wait for it: await eventually(() => ...).',
        },
        {
          selector: 'CallExpression[callee.object.name=assert] > AwaitExpression',
          message: 'Wait for it: await becomes(() => ..., expected).',
        },
      ],
    },
  },
  {
    files: ['src/**/*.ts', 'webview/**/*.{ts,tsx}'],
    rules: {
      'max-lines': ['error', 400],
      'no-restricted-syntax': [
        'error',
        ...SYNTAX,
        {
          selector: 'CallExpression[callee.name=mkdir] Property[key.name=recursive]',
          message: "Node's recursive mkdir may never end: use ensureFolder (src/setup/ensure-folder.mjs).",
        },
      ],
    },
  },
  {
    files: ['src/**/*.ts', 'webview/**/*.{ts,tsx}'],
    ignores: ['src/host/**', 'src/web/**', 'src/extension.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: [{ name: 'vscode', message: 'Only src/host, src/web and src/extension.ts.' }] },
      ],
    },
  },
);
