import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

// Data flows one way: pipeline (shared, engine, contract, ingest, features) → indicators → models → snapshot → api.
// Each zone lists what the target may not import. The commands at the edge (cli, commands, run) may see everything but api.
const zone = (target, from, why) => ({ target, from, message: why });
const later = {
  indicators: './indicators',
  models: './models',
  snapshot: './pipeline/snapshot',
  commands: './pipeline/commands',
  run: './pipeline/run',
  api: './api',
};
const forbid = (target, rooms) => rooms.map((room) => zone(target, later[room], `one way for data: ${target} must not read ${room}`));
const zones = [
  ...['shared', 'engine', 'contract', 'config', 'ingest', 'features'].flatMap((room) =>
    forbid(`./pipeline/${room}`, ['indicators', 'models', 'snapshot', 'commands', 'run', 'api']),
  ),
  ...forbid('./indicators', ['models', 'snapshot', 'commands', 'run', 'api']),
  zone('./indicators', './pipeline/ingest', 'an indicator reads feature tables, never a delivery'),
  ...forbid('./models', ['snapshot', 'commands', 'run', 'api']),
  zone('./models', './pipeline/ingest', 'models never read a delivery'),
  ...forbid('./pipeline/snapshot', ['commands', 'run', 'api']),
  ...forbid('./pipeline/run', ['commands', 'api']),
  ...forbid('./api', ['indicators', 'models', 'commands', 'run']),
  zone('./api', './pipeline/ingest', 'the API reads published snapshots only'),
  zone('./api', './pipeline/features', 'the API reads published snapshots only'),
  zone('./pipeline/shared', './pipeline/!(shared)/**', 'shared depends on nothing of ours'),
];

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
  { files: ['**/*.js', '**/*.mjs'], extends: [tseslint.configs.disableTypeChecked] },
);
