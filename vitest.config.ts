import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The end-to-end files share one lab: the story first, which the others look at; last the one that
 * breaks things and revokes its permit.
 */
const order = ['story', 'security', 'pages', 'resilience'];
class StoryOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const placeOf = ({ project, moduleId }: TestSpecification): number =>
      project.name === 'e2e'
        ? order.findIndex((name) => moduleId.endsWith(`/${name}.spec.ts`))
        : -1;
    return (await super.sort(files)).sort((a, b) => placeOf(a) - placeOf(b));
  }
}

// Three tiers, named by need (CONTRIBUTING.md). A path after the options narrows a run to one
// project of the workspace.
const exclude = ['**/node_modules/**', '**/dist/**', '**/.lab/**'];
export default defineConfig({
  test: {
    sequence: { sequencer: StoryOrder },
    projects: [
      {
        extends: true,
        // Some compute for seconds; how long that takes on a machine that is busy says nothing of
        // the code.
        test: {
          name: 'unit',
          include: ['**/*.spec.{ts,tsx}'],
          exclude: [...exclude, '**/*.medium.spec.ts', 'apps/e2e/**'],
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'medium',
          include: ['**/*.medium.spec.ts'],
          exclude,
          testTimeout: 180_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['apps/e2e/**/*.spec.ts'],
          exclude,
          testTimeout: 900_000,
          hookTimeout: 900_000,
          fileParallelism: false,
          globalSetup: ['apps/e2e/src/global-setup.ts'],
        },
      },
    ],
  },
});
