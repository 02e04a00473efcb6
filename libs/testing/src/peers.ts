import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { findRepositoryRoot } from '@scapis/platform';

/**
 * Programs of others that tests have as their subject, each with the Debian packages that hold it.
 */
export const peers = {
  /** With it comes the software Vulkan driver (`chromium-common`). */
  chromium: {
    names: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
    packages: ['chromium', 'chromium-common'],
    probe: '--version',
    use: 'the pages are looked at in it',
  },
  'redis-server': {
    names: ['redis-server', 'valkey-server'],
    packages: ['redis-server', 'redis-tools'],
    probe: '--version',
    use: 'the queue runs on it',
  },
  dciodvfy: {
    names: ['dciodvfy'],
    packages: ['dicom3tools'],
    // It has no flag that ends it well.
    probe: null,
    use: 'it judges the DICOM files that the lab writes',
  },
} as const;
export type PeerName = keyof typeof peers;

/** Where `npm test` unpacks what the machine lacks (tools/peers.ts). */
const ownFolder = join(findRepositoryRoot(), '.lab', 'tools');
const macApps = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

/**
 * The path of a program that runs: of the machine, else of the project's own folder; undefined
 * without either.
 */
export function lookForPeer(name: PeerName, path?: string): string | undefined {
  return placesOf(name, path).find((place) => faultOf(name, place) === null);
}

/** Programs of that name that are there and don't run, each with its own word about it. */
export function findUnusable(name: PeerName, path?: string): string[] {
  return placesOf(name, path).flatMap((place) => {
    const fault = faultOf(name, place);
    return fault === null ? [] : [`${place}: ${fault}`];
  });
}

function placesOf(name: PeerName, path = process.env['PATH'] ?? ''): string[] {
  const folders = [...path.split(delimiter), join(ownFolder, 'bin')];
  const places = folders.flatMap((folder) => peers[name].names.map((each) => join(folder, each)));
  return [...new Set([...places, ...(name === 'chromium' ? [macApps] : [])])].filter((place) =>
    existsSync(place),
  );
}

/** Paths that ran in this process. One that did not is asked again: it may have been installed. */
const running = new Set<string>();
const PROBE_WITHIN_MS = 60_000;

/**
 * Null when the program runs. A file of the name may be a stub: Ubuntu's `chromium-browser` says
 * that a snap must be installed, and ends with 10.
 */
function faultOf(name: PeerName, place: string): string | null {
  if (running.has(place)) return null;
  const { probe } = peers[name];
  const { status, stdout, stderr, error } = spawnSync(place, probe === null ? [] : [probe], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: PROBE_WITHIN_MS,
  });
  if (error === undefined && (probe === null || status === 0)) {
    running.add(place);
    return null;
  }
  const words = error?.message ?? `${stderr}${stdout}`.trim().split('\n').slice(0, 3).join(' ');
  return words || `it ended with ${status}`;
}

/** @throws Error with what to do, where the program is missing */
export function findPeer(name: PeerName): string {
  const path = lookForPeer(name);
  if (path === undefined)
    throw new Error(
      `${name} is missing. npm test gets it; or install ${peers[name].packages.join(' and ')}.`,
    );
  return path;
}

/** Where distributions put Chromium's own files. */
const chromiumFolders = [
  '/usr/lib/chromium',
  '/usr/lib/chromium-browser',
  '/usr/lib64/chromium-browser',
  '/opt/google/chrome',
  join(ownFolder, 'root', 'usr', 'lib', 'chromium'),
];
const driver = 'vk_swiftshader_icd.json';

/** Folder of Chromium's software Vulkan driver (SwiftShader), with its loader beside it. */
export function lookForSoftwareVulkan(): string | undefined {
  return chromiumFolders.find((each) => existsSync(join(each, driver)));
}

/**
 * Environment in which a process finds a software Vulkan driver. @throws Error where there is none
 */
export function softwareVulkan(): Record<string, string> {
  const folder = lookForSoftwareVulkan();
  if (folder === undefined)
    throw new Error(
      `Chromium's software Vulkan driver (${driver}) is missing. npm test gets it; or install chromium-common.`,
    );
  return {
    LD_LIBRARY_PATH: folder,
    VK_ICD_FILENAMES: join(folder, driver),
    VK_DRIVER_FILES: join(folder, driver),
  };
}
