import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';
import { zones } from './eslint.zones.js';

export default tseslint.config(
  { ignores: ['node_modules', 'out', 'dist', 'data-samples/small', 'data-samples/broken'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones }],
      'import-x/no-cycle': ['error', { maxDepth: 6 }],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-unnecessary-condition': 'off',
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'randomness comes in as a seeded generator' },
        { object: 'Date', property: 'now', message: 'the clock comes in as an argument' },
        { object: 'process', property: 'env', message: 'the environment is read at the process edge only' },
      ],
    },
  },
  {
    files: ['pipeline/cli.ts', 'pipeline/commands/**', 'bench/**', 'test/**', 'data-samples/**'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: ['test/**'],
    rules: {
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
  // The test runner's own package is beyond the resolver, and nothing imports its configuration.
  { files: ['vitest.config.ts'], rules: { 'import-x/no-cycle': 'off', 'import-x/no-restricted-paths': 'off' } },
  { files: ['**/*.js', '**/*.mjs'], extends: [tseslint.configs.disableTypeChecked] },
);
