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

/** Medium files that compute for most of their time. They go one after another. */
const computing = [
  'libs/gan/**/*.medium.spec.ts',
  'libs/gate/**/*.medium.spec.ts',
  'libs/lab/src/{cohorts,privacy-budget,training}/*.medium.spec.ts',
  'libs/lab/src/jobs/supervised.medium.spec.ts',
];
/** Medium files that fill the machine on purpose. Nothing else runs beside them. */
const loading = ['libs/lab/src/jobs/supervised.medium.spec.ts'];
// Three tiers, named by need (CONTRIBUTING.md); the medium tier is three projects, of which the
// first two may run side by side. A path after the options narrows a run to the files under it.
const exclude = ['**/node_modules/**', '**/dist/**', '**/.lab/**'];
const setupFiles = ['libs/testing/src/count-assertions.ts'];
export default defineConfig({
  test: {
    sequence: { sequencer: StoryOrder },
    setupFiles,
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
          maxWorkers: 2,
          // They leave no state behind: the modules of one file serve the next, which saves a third
          // of the time.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'medium-io',
          include: ['**/*.medium.spec.ts'],
          exclude: [...exclude, ...computing, ...loading],
          testTimeout: 180_000,
          hookTimeout: 300_000,
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          name: 'medium-compute',
          include: computing,
          exclude: [...exclude, ...loading],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'medium-load',
          include: loading,
          exclude,
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
