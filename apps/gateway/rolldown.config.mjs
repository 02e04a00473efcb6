import { defineConfig } from 'rolldown';

// Nest's decorators are the one thing that Node's type stripping cannot run (docs/adr/003). Our
// libraries are taken in too, so that what the HTTP process never uses (identity provider, embedded
// Postgres, compilers) is not loaded: a gateway stays under 300 MB.
const isOurs = /^(\.|\/|@scapis\/|@oxc-project\/runtime)/;

export default defineConfig({
  input: 'apps/gateway/src/main.ts',
  platform: 'node',
  external: (id) => !isOurs.test(id),
  tsconfig: 'apps/gateway/tsconfig.json',
  // Only reflect-metadata is imported for what it does; an outside package of which nothing is used
  // is left out.
  treeshake: { moduleSideEffects: (id) => id.includes('reflect-metadata') || id.startsWith('/') },
  output: {
    dir: 'dist/apps/gateway',
    format: 'esm',
    entryFileNames: 'main.js',
    sourcemap: true,
    cleanDir: true,
  },
});
