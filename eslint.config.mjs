import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

/** What runs by Node's type stripping alone has no syntax that makes code (docs/adr/003). */
const notErasable = [
  {
    selector: 'TSEnumDeclaration:not([declare=true])',
    message: 'Use a constant object: Node strips types and compiles none.',
  },
  {
    selector: 'TSParameterProperty',
    message: 'Declare the field: Node strips types and compiles none.',
  },
];
/**
 * The compiler sees all of Node's code in one program, whose library holds a browser's names too.
 */
const browserGlobals = [
  'document',
  'window',
  'localStorage',
  'sessionStorage',
  'navigator',
  'location',
  'history',
];
const nodeGlobals = ['process', 'Buffer', 'global', 'require', '__dirname', 'setImmediate'];

// Who may import whom (docs/architecture.md). Two dimensions, both enforced: the layer, and where
// the code runs.
const layers = {
  contracts: ['contracts'],
  domain: ['contracts', 'domain'],
  platform: ['contracts', 'platform'],
  numerics: ['numerics'],
  gan: ['contracts', 'numerics', 'gan'],
  gate: ['contracts', 'domain', 'numerics', 'gan', 'gate'],
  imaging: ['contracts', 'imaging'],
  phantom: ['contracts', 'imaging', 'phantom'],
  lab: ['contracts', 'domain', 'platform', 'gan', 'gate', 'imaging', 'lab'],
  client: ['contracts', 'client'],
  testing: [
    'contracts',
    'domain',
    'platform',
    'numerics',
    'gan',
    'gate',
    'imaging',
    'phantom',
    'lab',
    'client',
    'testing',
  ],
  app: ['contracts', 'domain', 'platform', 'lab'],
  web: ['contracts', 'client'],
  e2e: ['contracts', 'client', 'platform', 'phantom', 'testing'],
};
const places = { any: ['any'], node: ['any', 'node'], browser: ['any', 'browser'] };
const depConstraints = (dimension, table) =>
  Object.entries(table).map(([name, allowed]) => ({
    sourceTag: `${dimension}:${name}`,
    onlyDependOnLibsWithTags: allowed.map((each) => `${dimension}:${each}`),
  }));

const boundaries = (testing) => [
  'error',
  {
    allow: testing
      ? ['@scapis/testing', '@scapis/phantom', '@scapis/imaging', '@scapis/gan', '@scapis/numerics']
      : [],
    depConstraints: [...depConstraints('layer', layers), ...depConstraints('runs', places)],
    // Platform's own specs open a database by what is made of platform.
    ignoredCircularDependencies: [['testing', 'platform']],
    banTransitiveDependencies: false,
    checkNestedExternalImports: true,
  },
];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/generated/**', 'libs/client/src/schema.ts', '**/node_modules/**'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    plugins: { '@nx': nx },
    languageOptions: {
      parserOptions: { project: 'tsconfig.lint.json', tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@nx/enforce-module-boundaries': boundaries(false),
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'max-lines': ['error', { max: 550, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 175, skipBlankLines: true, skipComments: true }],
    },
  },
  // Asymmetric matchers (expect.any and its kin) are typed `any`: no-unsafe-assignment would forbid
  // every one of them.
  {
    files: ['**/*.{spec,fixture}.{ts,tsx}', '**/i18n/**'],
    rules: {
      '@nx/enforce-module-boundaries': boundaries(true),
      'max-lines': 'off',
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
    },
  },
  {
    files: ['**/*.ts'],
    ignores: ['apps/web/**', 'apps/e2e/**'],
    rules: { 'no-restricted-globals': ['error', ...browserGlobals] },
  },
  {
    files: ['libs/{contracts,numerics}/**'],
    rules: { 'no-restricted-globals': ['error', ...browserGlobals, ...nodeGlobals] },
  },
  {
    files: ['**/*.ts'],
    ignores: ['apps/gateway/**', 'apps/web/**'],
    rules: { 'no-restricted-syntax': ['error', ...notErasable] },
  },
  // One closed table is one file, however long (docs/adr/001).
  { files: ['libs/contracts/src/api/routes.ts'], rules: { 'max-lines': 'off' } },
  // Tools may import anything; nothing imports them.
  { files: ['tools/**'], rules: { '@nx/enforce-module-boundaries': 'off' } },
  { files: ['**/*.mjs'], ...tseslint.configs.disableTypeChecked },
);
