import { defineConfig } from 'rolldown';

// Nest's decorators are the one thing that Node's type stripping cannot run (docs/adr/003): only this process's own files are built, the libraries run as they are.
export default defineConfig({
  input: 'apps/gateway/src/main.ts',
  platform: 'node',
  external: (id) => !/^(\.|\/|@oxc-project\/runtime)/.test(id),
  tsconfig: 'apps/gateway/tsconfig.json',
  output: { dir: 'dist/apps/gateway', format: 'esm', entryFileNames: 'main.js', sourcemap: true, cleanDir: true },
});
