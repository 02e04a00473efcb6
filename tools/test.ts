import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { preparePeers } from './peers.ts';

// npm test: everything that must hold before a commit lands. The stages run on two tracks side by
// side: one mostly computes, the other mostly waits (for servers, a browser, jobs), so that
// together they fill two cores. On each track the stage that finds a fault cheapest comes first;
// what loads the machine on purpose comes after both, alone.
//   npm test                 all of it
//   npm test -- unit         only the stages named; `medium` names all of its parts
//   TEST_SEED=7 npm test     the random tests with a seed that an earlier run has printed

const root = join(import.meta.dirname, '..');
const reports = join(root, '.lab', 'reports');
const timesFile = join(root, '.lab', 'test-seconds.json');

/** One program of a stage. */
interface Step {
  command: string[];
  /** Output that is a fault, whatever the program's exit code. */
  forbidden?: RegExp;
}
type Track = 'computes' | 'waits' | 'alone';
/** Steps that run one after another; the lanes of a stage run side by side. */
type Lane = Step[];
interface Stage {
  track: Track;
  lanes: Lane[];
  /** What it takes beside the other track on two cores, until this machine has run it once. */
  usualSeconds: number;
  /** Starts programs that the tests have as their subject (tools/peers.ts). */
  needsPeers?: boolean;
}

const run = (...command: string[]): Step => ({ command });
const vitest = (project: string, ...options: string[]): Step =>
  run(
    ...['vitest', 'run', '--project', project, '--reporter=default', '--reporter=json'],
    `--outputFile.json=.lab/reports/${project}.json`,
    ...options,
  );

/**
 * The compiler that checks, ten times as fast as the one that tools import as `typescript`. By its
 * path: both packages bring a program `tsc`.
 */
const nativeTsc = 'node_modules/typescript-native/bin/tsc';

const stages: Record<string, Stage> = {
  generated: {
    track: 'computes',
    lanes: [[run('node', '--disable-warning=ExperimentalWarning', 'tools/generate.ts', '--check')]],
    usualSeconds: 3,
  },
  static: {
    track: 'computes',
    lanes: [
      [
        // The rule of the import boundaries reads Nx's cached graph and is silent without one.
        run('nx', 'show', 'projects'),
        { command: ['eslint', '.'], forbidden: /The rule will be skipped/ },
      ],
      [
        run('node', nativeTsc, '-p', 'tsconfig.node.json'),
        run('node', nativeTsc, '-p', 'apps/web'),
        run('oxlint'),
        run('prettier', '--check', '--log-level=warn', '.'),
        run('knip', '--no-progress', '--no-config-hints'),
      ],
    ],
    usualSeconds: 60,
  },
  unit: { track: 'computes', lanes: [[vitest('unit')]], usualSeconds: 110 },
  'medium-compute': {
    track: 'computes',
    lanes: [[vitest('medium-compute')]],
    usualSeconds: 260,
    needsPeers: true,
  },
  build: {
    track: 'waits',
    lanes: [[run('nx', 'run-many', '-t', 'build', '--outputStyle=static')]],
    usualSeconds: 10,
  },
  'medium-io': {
    track: 'waits',
    lanes: [[vitest('medium-io')]],
    usualSeconds: 200,
    needsPeers: true,
  },
  'medium-load': {
    track: 'alone',
    lanes: [[vitest('medium-load')]],
    usualSeconds: 60,
  },
  // The e2e files tell one story: after the first fault the rest would only wait for what never
  // came.
  e2e: {
    track: 'waits',
    lanes: [[vitest('e2e', '--bail=1')]],
    usualSeconds: 340,
    needsPeers: true,
  },
};

/** What a vitest JSON report says of one run. */
interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  numFailedTestSuites: number;
  testResults: {
    name: string;
    startTime: number;
    endTime: number;
    /** Why the file as a whole failed, where it did not even load. */
    message: string;
    assertionResults: { status: string; fullName: string; failureMessages: string[] }[];
  }[];
}

const children = new Set<ChildProcess>();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    for (const child of children) child.kill(signal);
    process.exitCode = 1;
  });

/** Runs a step and passes its output on line by line. @returns whether it went well */
async function runStep({ command, forbidden }: Step, env: NodeJS.ProcessEnv): Promise<boolean> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  let isClean = true;
  for (const [stream, sink] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ] as const)
    createInterface({ input: stream }).on('line', (line) => {
      if (forbidden?.test(line)) isClean = false;
      sink.write(`${line}\n`);
    });
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      process.stderr.write(`${program} could not be started: ${error.message}\n`);
      resolve(1);
    });
    child.once('close', resolve);
  });
  children.delete(child);
  if (code !== 0 || !isClean) process.stdout.write(`Failed: ${command.join(' ')}\n`);
  return code === 0 && isClean;
}

async function runLane(lane: Lane, env: NodeJS.ProcessEnv): Promise<boolean> {
  let isGood = true;
  for (const step of lane) isGood = (await runStep(step, env)) && isGood;
  return isGood;
}

function readTimes(): Record<string, number> {
  try {
    return JSON.parse(readFileSync(timesFile, 'utf8')) as Record<string, number>;
  } catch {
    return {};
  }
}

const say = (text: string): boolean => process.stdout.write(`${text}\n`);
const inWords = (seconds: number): string =>
  seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;

const chosen = process.argv.slice(2);
const isNamed = (stage: string, name: string): boolean =>
  stage === name || stage.startsWith(`${name}-`);
const unknown = chosen.filter((name) => !Object.keys(stages).some((stage) => isNamed(stage, name)));
if (unknown.length > 0) {
  say(`No stage ${unknown.join(', ')}. Stages: ${Object.keys(stages).join(', ')}`);
  process.exit(1);
}
const planned = Object.entries(stages).filter(
  ([stage]) => chosen.length === 0 || chosen.some((name) => isNamed(stage, name)),
);
const times = readTimes();
const secondsOf = (name: string): number => times[name] ?? stages[name]?.usualSeconds ?? 0;
const stagesOf = (track: Track): typeof planned =>
  planned.filter(([, stage]) => stage.track === track);
const secondsOfTrack = (track: Track): number =>
  stagesOf(track).reduce((sum, [name]) => sum + secondsOf(name), 0);
const forecast =
  Math.max(secondsOfTrack('computes'), secondsOfTrack('waits')) + secondsOfTrack('alone');
const isMeasured = planned.every(([name]) => name in times);
const seed = process.env['TEST_SEED'] ?? String(Date.now() % 1_000_000_007);
say(
  `${planned.map(([name]) => name).join(', ')}: about ${inWords(forecast)} ${isMeasured ? 'by the last run on this machine' : 'on two idle cores'}. Seed of the random tests: TEST_SEED=${seed}`,
);

if (planned.some(([, { needsPeers }]) => needsPeers)) preparePeers();
const env = {
  ...process.env,
  TEST_SEED: seed,
  TEST_REPORTS: reports,
  // A program that a test starts is there in half the time where its modules are compiled already.
  NODE_COMPILE_CACHE: join(root, '.lab', 'compile-cache'),
};
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });
const taken: string[] = [];
const failedStages: string[] = [];
const wholeBegan = Date.now();
async function runTrack(track: Track): Promise<void> {
  for (const [name, { lanes }] of stagesOf(track)) {
    say(`\n== ${name} begins (about ${inWords(secondsOf(name))})`);
    const began = Date.now();
    const outcomes = await Promise.all(lanes.map((lane) => runLane(lane, env)));
    const seconds = (Date.now() - began) / 1000;
    taken.push(`${name} ${seconds.toFixed(0)} s`);
    const isGood = !outcomes.includes(false);
    say(`\n== ${name} ${isGood ? 'is done' : 'FAILED'} after ${inWords(seconds)}`);
    if (!isGood) failedStages.push(name);
    else {
      times[name] = Math.round(seconds);
      writeFileSync(timesFile, `${JSON.stringify(times)}\n`);
    }
  }
}
await Promise.all([runTrack('computes'), runTrack('waits')]);
await runTrack('alone');
const wholeSeconds = (Date.now() - wholeBegan) / 1000;

const totals = { passed: 0, failed: 0, skipped: 0, assertions: 0 };
const files: { name: string; seconds: number }[] = [];
const failures: string[] = [];
for (const name of existsSync(reports) ? readdirSync(reports) : []) {
  const text = readFileSync(join(reports, name), 'utf8');
  if (name.endsWith('.count')) totals.assertions += Number(text);
  if (!name.endsWith('.json')) continue;
  const report = JSON.parse(text) as Report;
  totals.passed += report.numPassedTests;
  // A file that does not even load reports no test; it counts as one that failed.
  totals.failed +=
    report.numFailedTests > 0 ? report.numFailedTests : Math.min(1, report.numFailedTestSuites);
  totals.skipped += report.numPendingTests + report.numTodoTests;
  for (const { name, startTime, endTime, message, assertionResults } of report.testResults) {
    const path = relative(root, name);
    files.push({ name: path, seconds: (endTime - startTime) / 1000 });
    if (message !== '') failures.push(`${path}\n${message}`);
    for (const { status, fullName, failureMessages } of assertionResults)
      if (status === 'failed')
        failures.push([`${path} > ${fullName}`, ...failureMessages].join('\n'));
  }
}
if (files.length > 0) {
  say('\nThe slowest files:');
  for (const { name, seconds } of files.sort((a, b) => b.seconds - a.seconds).slice(0, 15))
    say(`${seconds.toFixed(1).padStart(7)} s  ${name}`);
  say(`\n${totals.assertions} assertions executed`);
}
// A long log is cut from its beginning: what failed is said again where a reader looks first.
if (failures.length > 0) say(`\nWhat failed:\n${failures.join('\n\n')}`);
say(`\n${taken.join(', ')}; ${wholeSeconds.toFixed(0)} s in all`);
if (failedStages.length > 0) say(`Failed: ${failedStages.join(', ')}. TEST_SEED=${seed}`);
say(
  `${totals.passed} passed, ${totals.failed} failed${totals.skipped > 0 ? `, ${totals.skipped} skipped` : ''}`,
);
process.exitCode = failedStages.length > 0 || totals.failed > 0 ? 1 : 0;
