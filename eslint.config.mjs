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

// What only ESLint can judge; all other rules are in .oxlintrc.json. No rule here asks for types.
export default tseslint.config(
  { ignores: ['**/dist/**', '**/generated/**', 'libs/client/src/schema.ts', '**/node_modules/**'] },
  {
    files: ['**/*.{ts,tsx}'],
    languageOptions: { parser: tseslint.parser },
    plugins: { '@nx': nx },
    rules: { '@nx/enforce-module-boundaries': boundaries(false) },
  },
  {
    files: ['**/*.{spec,fixture}.{ts,tsx}', '**/i18n/**'],
    rules: { '@nx/enforce-module-boundaries': boundaries(true) },
  },
  {
    files: ['**/*.ts'],
    ignores: ['apps/gateway/**', 'apps/web/**'],
    rules: { 'no-restricted-syntax': ['error', ...notErasable] },
  },
  // Tools may import anything; nothing imports them.
  { files: ['tools/**'], rules: { '@nx/enforce-module-boundaries': 'off' } },
);
