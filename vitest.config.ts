import { defineConfig } from 'vitest/config';

// Three tiers, named by need (CONTRIBUTING.md). A path after the options narrows a run to one project of the workspace.
const exclude = ['**/node_modules/**', '**/dist/**', '**/.lab/**'];
export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'unit', include: ['**/*.spec.{ts,tsx}'], exclude: [...exclude, '**/*.medium.spec.ts', 'apps/e2e/**'] } },
      {
        extends: true,
        test: { name: 'medium', include: ['**/*.medium.spec.ts'], exclude, testTimeout: 60_000, hookTimeout: 120_000, fileParallelism: false },
      },
      {
        extends: true,
        test: { name: 'e2e', include: ['apps/e2e/**/*.spec.ts'], exclude, testTimeout: 300_000, hookTimeout: 300_000, fileParallelism: false },
      },
    ],
  },
});
