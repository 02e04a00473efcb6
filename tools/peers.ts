import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findRepositoryRoot } from '@scapis/platform';
import {
  findUnusable,
  lookForPeer,
  lookForSoftwareVulkan,
  type PeerName,
  peers,
} from '@scapis/testing';

// Gets the programs that the tests have as their subject, before any test runs. As root the
// system's package manager installs them. Without root their Debian packages, and what these need,
// are unpacked into .lab/tools, and a script for each program starts it with the libraries there.

const folder = join(findRepositoryRoot(), '.lab', 'tools');
const say = (text: string): boolean => process.stderr.write(`[set-up] ${text}\n`);

function missing(): PeerName[] {
  return (Object.keys(peers) as PeerName[]).filter(
    (name) =>
      lookForPeer(name) === undefined ||
      (name === 'chromium' && lookForSoftwareVulkan() === undefined),
  );
}

/** Ends the process with a sentence for each program that can't be had. */
export function preparePeers(): void {
  const wanted = missing();
  if (wanted.length === 0) return;
  const packages = wanted.flatMap((name) => peers[name].packages);
  const fault = existsSync('/usr/bin/apt-get')
    ? process.getuid?.() === 0
      ? install(packages)
      : unpack(packages, wanted)
    : 'this machine has no apt-get';
  const still = missing();
  if (still.length === 0) return;
  for (const name of still) {
    process.stderr.write(
      `${name} is missing (${peers[name].use}): install it, on Debian by "apt-get install ${peers[name].packages.join(' ')}" as root${name === 'chromium' ? '; Ubuntu has it as a snap alone, so install Google Chrome there' : ''}.\n`,
    );
    for (const each of findUnusable(name)) process.stderr.write(`  It does not run: ${each}\n`);
  }
  if (fault !== null) process.stderr.write(`It could not be had from here: ${fault}\n`);
  process.exit(1);
}

/** @returns what went wrong, or null */
function apt(args: string[], cwd?: string): string | null {
  const { status, stderr, error } = spawnSync('apt-get', ['-qq', '-y', ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
    stdio: ['ignore', 'ignore', 'pipe'],
    maxBuffer: 64 << 20,
  });
  return status === 0 ? null : (error?.message ?? stderr.trim());
}

function install(packages: string[]): string | null {
  say(`installing ${packages.join(', ')} (once, a minute or so)`);
  return apt(['update']) ?? apt(['install', '--no-install-recommends', ...packages]);
}

function unpack(packages: string[], wanted: PeerName[]): string | null {
  say(`unpacking ${packages.join(', ')} into .lab/tools (once, a minute or two)`);
  // Lists and downloads of our own, beside the system's, which only root may renew.
  const [state, cache, unpacked] = ['state', 'cache', 'root'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const each of [
    join(state, 'lists', 'partial'),
    join(cache, 'archives', 'partial'),
    unpacked,
  ])
    mkdirSync(each, { recursive: true });
  const own = ['-o', `Dir::State=${state}`, '-o', 'Dir::State::status=/var/lib/dpkg/status'].concat(
    ['-o', `Dir::Cache=${cache}`, '-o', 'Debug::NoLocking=1', '-o', 'APT::Sandbox::User='],
  );
  const fault =
    apt([...own, 'update']) ??
    apt([...own, 'install', '--download-only', '--no-install-recommends', ...packages]);
  if (fault !== null) return fault;
  const archives = join(cache, 'archives');
  for (const name of readdirSync(archives).filter((each) => each.endsWith('.deb'))) {
    const { status, stderr } = spawnSync('dpkg', ['-x', join(archives, name), unpacked], {
      encoding: 'utf8',
    });
    if (status !== 0) return stderr.trim();
  }
  rmSync(cache, { recursive: true, force: true });
  rmSync(state, { recursive: true, force: true });
  for (const name of wanted) writeStarter(name, unpacked);
  return null;
}

/** A script in .lab/tools/bin that starts the unpacked program with the unpacked libraries. */
function writeStarter(name: PeerName, unpacked: string): void {
  // Debian's own starter of Chromium names fixed paths, so the program itself is started.
  const program =
    name === 'chromium'
      ? join(unpacked, 'usr', 'lib', 'chromium', 'chromium')
      : join(unpacked, 'usr', 'bin', name);
  if (!existsSync(program)) return;
  const libraries = [join(unpacked, 'usr', 'lib'), join(unpacked, 'lib')].flatMap((each) =>
    existsSync(each)
      ? readdirSync(each)
          .filter((entry) => entry.includes('-linux-gnu'))
          .map((entry) => join(each, entry))
      : [],
  );
  const place = join(folder, 'bin', name);
  mkdirSync(join(folder, 'bin'), { recursive: true });
  writeFileSync(
    place,
    [
      '#!/bin/sh',
      `export LD_LIBRARY_PATH="${libraries.join(':')}\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"`,
      // Fonts of the machine, where it has any.
      `[ -d /etc/fonts ] || export FONTCONFIG_SYSROOT="${unpacked}"`,
      `exec "${program}" "$@"`,
      '',
    ].join('\n'),
  );
  chmodSync(place, 0o755);
}
