// First step of every npm script: makes a fresh checkout ready, then runs the named command under
// the pinned Node. Plain JavaScript without a dependency, for it runs before anything is installed,
// on whatever Node (20 or later) the machine has.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const pinnedNode = join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
const generatedClient = join(root, 'libs', 'platform', 'src', 'database', 'generated');
const say = (text) => process.stderr.write(`\x1b[2m[set-up] ${text}\x1b[0m\n`);

function fail(text) {
  process.stderr.write(`\n${text}\n`);
  process.exit(1);
}

const hashOf = (...files) => {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(join(root, file)));
  return hash.digest('hex');
};

/** Runs `work` unless its stamp (what it was made from) still fits and its product is there. */
function whenStale(name, stamp, product, work) {
  const stampFile = join(modules, `.scapis-${name}`);
  if (existsSync(product) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp)
    return;
  const began = Date.now();
  work();
  writeFileSync(stampFile, stamp);
  say(`${name}: done in ${Math.round((Date.now() - began) / 1000)} s`);
}

function run(command, args, environment, advice) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: root,
    env: { ...process.env, ...environment },
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  if (error !== undefined || status !== 0)
    fail(
      `${command} ${args.join(' ')} failed.\n${error?.message ?? ''}${stdout ?? ''}${stderr ?? ''}\n${advice}`,
    );
}

const [major] = process.versions.node.split('.').map(Number);
if (major < 20)
  fail(
    `Node ${process.versions.node} is too old. Install Node 20 or later (https://nodejs.org), then run this again.`,
  );

const [script, ...args] = process.argv.slice(2);
if (script === undefined || !existsSync(join(root, script)))
  fail('Usage: node tools/bootstrap.mjs <script> [arguments]');

// Two commands started at once must not install twice; the lock of a killed one is taken over.
const lock = join(root, '.lab', 'set-up.lock');
mkdirSync(dirname(lock), { recursive: true });
for (let waited = 0; ; waited++) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    break;
  } catch (error) {
    if (error.code !== 'EEXIST')
      fail(
        `Cannot write ${lock}: ${error.message}. Free disk space, or give this user the right to write in this folder.`,
      );
    const holder = Number(readFileSync(lock, 'utf8'));
    let isAlive = Number.isInteger(holder) && holder > 0;
    try {
      if (isAlive) process.kill(holder, 0);
    } catch (gone) {
      isAlive = gone.code === 'EPERM';
    }
    if (!isAlive) rmSync(lock, { force: true });
    else if (waited === 0) say('another command is setting up; waiting for it');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
  }
}
try {
  whenStale('packages', hashOf('package-lock.json'), pinnedNode, () => {
    say('packages: installing from the registry (a minute or two the first time)');
    run(
      'npm',
      ['ci', '--no-audit', '--no-fund', '--loglevel=error'],
      // The install step of onnxruntime-node would fetch CUDA libraries from outside the registry.
      // A site with a GPU sets cuda12.
      { ONNXRUNTIME_NODE_INSTALL: process.env.ONNXRUNTIME_NODE_INSTALL ?? 'skip' },
      'Is the npm registry within reach? Mend that, then run this again.',
    );
  });
  const prismaSources = ['prisma/schema.prisma', 'package-lock.json'];
  whenStale('database client', hashOf(...prismaSources), join(generatedClient, 'client.ts'), () => {
    // `prisma generate` asks that a native schema engine exists but does not run it; any executable
    // satisfies it (docs/adr/002).
    const environment = {
      PRISMA_SCHEMA_ENGINE_BINARY: pinnedNode,
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CHECKPOINT_DISABLE: '1',
    };
    run(
      pinnedNode,
      [
        join(modules, 'prisma', 'build', 'index.js'),
        'generate',
        '--schema',
        'prisma/schema.prisma',
      ],
      environment,
      'Mend prisma/schema.prisma, then run this again.',
    );
    if (readdirSync(generatedClient).length === 0) fail('prisma generate wrote nothing.');
  });
} finally {
  rmSync(lock, { force: true });
}

const path = [dirname(pinnedNode), join(modules, '.bin'), process.env.PATH].join(delimiter);
const flags = ['--disable-warning=ExperimentalWarning'];
const child = spawn(pinnedNode, [...flags, join(root, script), ...args], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, PATH: path, NX_DAEMON: 'false' },
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => fail(`${pinnedNode} could not be started: ${error.message}`));
child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));
