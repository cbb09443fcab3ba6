// @ts-check
import tseslint from 'typescript-eslint';

/** Who may import whom (ARCHITECTURE.md, "Folders"): each folder's forbidden imports. */
const never = {
  'src/vae': ['**/engine/**', '**/trace/**', '**/train/**', '**/data/**', '**/runs/**', 'node:*', 'vscode'],
  'src/trace': [
    '**/vae/**',
    '**/engine/**',
    '**/train/**',
    '**/data/**',
    '**/runs/**',
    '@tensorflow/tfjs-node',
    '@tensorflow/tfjs-backend-*',
    'node:*',
    'vscode',
  ],
  'src/engine': ['**/data/**', '**/runs/**', '**/protocol/**', '**/train/**', 'vscode'],
  'src/download': ['../*', 'vscode'],
  'src/random': ['../*', 'node:*', 'vscode'],
  'src/latent': ['../*', 'node:*', 'vscode'],
  'src/text': ['../*', 'node:*', 'vscode'],
  'src/statistics': ['../*', 'node:*', 'vscode'],
  'src/paper': ['../*', 'node:*', 'vscode'],
  'src/data': ['**/runs/**', '**/engine/**', '**/train/**', '@tensorflow/*', 'vscode'],
  'src/runs': ['**/data/**', '**/engine/**', '**/train/**', '@tensorflow/*', 'vscode'],
  'src/train': ['**/protocol/**', '**/worker/**', '**/host/**', '@tensorflow/tfjs-node', 'vscode'],
  'src/protocol': ['../*', 'node:*', 'vscode'],
  'src/endpoint': ['**/train/**', '**/engine/**', '**/vae/**', '**/data/**', '**/worker/**', 'vscode'],
  'src/worker': ['**/host/**', '**/cli/**', 'vscode'],
  'src/cli': ['**/host/**', 'vscode'],
  'src/host': [
    '**/vae/**',
    '**/trace/**',
    '**/engine/**',
    '**/train/**',
    '**/data/**',
    '**/worker/**',
    '**/cli/**',
    '@tensorflow/*',
  ],
  webview: ['**/src/*', '!**/src/protocol', '!**/src/paper', 'node:*', 'vscode'],
};

/** @type {import('typescript-eslint').InfiniteDepthConfigWithExtends[]} */
const zones = Object.entries(never).map(([folder, group]) => ({
  files: [`${folder}/**/*.ts`],
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        patterns: [
          { group, allowTypeImports: true, message: `${folder} may not import this: see ARCHITECTURE.md.` },
        ],
      },
    ],
  },
}));

export default tseslint.config(
  { ignores: ['dist/', 'out/', 'node_modules/', '.vae/', 'test/fixtures/', 'coverage/'] },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: ['tsconfig.json', 'webview/tsconfig.json'] } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Randomness is an argument.' },
      ],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  {
    files: ['src/**/*.ts', 'webview/**/*.ts'],
    ignores: ['src/host/**', 'src/extension.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: [{ name: 'vscode', message: 'Only src/host and src/extension.ts.' }] },
      ],
    },
  },
  ...zones,
);
