// Adds to package-lock.json the optional platform packages that a partial registry mirror does not
// carry, so that `npm ci` works there and everywhere. npm leaves out of the lock what it cannot
// fetch, and then refuses the lock as incomplete. Run after each change of dependencies: node
// tools/complete-lock.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const file = join(process.cwd(), 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));
const packages = lock.packages;

/**
 * Where Node would find `name` from the package at `path`; null when the lock has it nowhere on the
 * way up.
 */
function find(path, name) {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
    const place = at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    if (packages[place] !== undefined) return place;
    if (at === '') return null;
  }
}

const systems = [
  'darwin',
  'linux',
  'win32',
  'freebsd',
  'openbsd',
  'netbsd',
  'sunos',
  'aix',
  'android',
  'openharmony',
  'windows',
];
const processors = [
  'arm64',
  'arm',
  'x64',
  'ia32',
  'ppc64',
  's390x',
  'riscv64',
  'loong64',
  'wasm32',
];

/** The platform that a package name tells of, in the form of package.json. */
function platformOf(name) {
  const parts = name.split('/').at(-1).split('-');
  const os = parts
    .filter((part) => systems.includes(part))
    .map((part) => (part === 'windows' ? 'win32' : part));
  const cpu = parts.filter((part) => processors.includes(part));
  const libc = parts.some((part) => part === 'musl')
    ? ['musl']
    : parts.some((part) => part === 'gnu') && os.includes('linux')
      ? ['glibc']
      : [];
  return {
    ...(cpu.length > 0 && { cpu }),
    ...(libc.length > 0 && { libc }),
    ...(os.length > 0 && { os }),
  };
}

const added = [];
for (const [path, { optionalDependencies = {}, dev }] of Object.entries(packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    if (!/^\d+\.\d+\.\d+[\w.-]*$/.test(version) || find(path, name) !== null) continue;
    packages[`node_modules/${name}`] = {
      version,
      ...platformOf(name),
      ...(dev && { dev }),
      optional: true,
    };
    added.push(`${name}@${version}`);
  }
}
const [root, ...rest] = Object.entries(packages);
lock.packages = Object.fromEntries([root, ...rest.sort(([a], [b]) => (a < b ? -1 : 1))]);
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(
  added.length === 0 ? 'The lock is complete.\n' : `Added ${added.join(', ')}\n`,
);
