import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

// npm test: everything that must hold before a commit lands, in the order in which a fault is
// cheapest to find.
//   npm test                 all of it
//   npm test -- unit         only the stages named: generated, static, unit, build, medium, e2e

const root = join(import.meta.dirname, '..');
const reports = join(root, '.lab', 'reports');
/**
 * The e2e files tell one story: after the first fault the rest would only wait for what never came,
 * hence --bail.
 */
const stages: Record<string, () => string[]> = {
  generated: () => [
    'node',
    '--disable-warning=ExperimentalWarning',
    'tools/generate.ts',
    '--check',
  ],
  static: () => nx('lint', 'typecheck'),
  unit: () => nx('test'),
  build: () => nx('build'),
  medium: () => nx('medium'),
  e2e: () => [
    'vitest',
    'run',
    '--project',
    'e2e',
    '--bail=1',
    '--reporter=default',
    '--reporter=json',
    '--outputFile.json=.lab/reports/e2e.json',
  ],
};

function nx(...targets: string[]): string[] {
  const lanes = targets.includes('medium') ? '1' : '2';
  return ['nx', 'run-many', '-t', ...targets, `--parallel=${lanes}`, '--outputStyle=static'];
}

/** What a vitest JSON report says of one run. */
interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  numFailedTestSuites: number;
}

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in stages));
if (unknown.length > 0)
  throw new Error(`No stage ${unknown.join(', ')}. Stages: ${Object.keys(stages).join(', ')}`);

rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });
const timings: string[] = [];
const failedStages: string[] = [];
for (const [name, command] of Object.entries(stages)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  process.stdout.write(`\n== ${name}\n`);
  const began = Date.now();
  const [program, ...args] = command();
  const { status } = spawnSync(program ?? '', args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  timings.push(`${name} ${((Date.now() - began) / 1000).toFixed(0)} s`);
  if (status !== 0) failedStages.push(name);
}

const totals = { passed: 0, failed: 0, skipped: 0 };
for (const file of existsSync(reports) ? readdirSync(reports) : []) {
  const report = JSON.parse(readFileSync(join(reports, file), 'utf8')) as Report;
  totals.passed += report.numPassedTests;
  // A file that does not even load reports no test; it counts as one that failed.
  totals.failed +=
    report.numFailedTests > 0 ? report.numFailedTests : Math.min(1, report.numFailedTestSuites);
  totals.skipped += report.numPendingTests + report.numTodoTests;
}
process.stdout.write(`\n${timings.join(', ')}\n`);
if (failedStages.length > 0) process.stdout.write(`Failed: ${failedStages.join(', ')}\n`);
process.stdout.write(
  `${totals.passed} passed, ${totals.failed} failed${totals.skipped > 0 ? `, ${totals.skipped} skipped` : ''}\n`,
);
process.exitCode = failedStages.length > 0 || totals.failed > 0 ? 1 : 0;
