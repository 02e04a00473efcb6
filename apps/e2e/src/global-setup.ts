import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRepositoryRoot, startLabProcesses } from '@scapis/platform';
import type { TestProject } from 'vitest/node';
import { startControl } from './control.ts';
import type { LabAccess } from './lab-access.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    lab: LabAccess;
  }
}

/**
 * Builds what is served, then starts the one lab that all spec files share, in a folder of its own
 * that goes when they are done.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await build();
  const folder = mkdtempSync(join(tmpdir(), 'scapis-e2e-'));
  // The database server runs as another user when the tests run as root: it must be able to pass
  // through.
  chmodSync(folder, 0o711);
  const dataFolder = join(folder, 'lab');
  const lab = await startLabProcesses({ dataFolder });
  const control = await startControl(lab, dataFolder);
  project.provide('lab', {
    url: lab.url,
    controlUrl: control.url,
    folder,
    people: lab.people,
    identity: {
      KEYCLOAK_URL: lab.embedded.settings.KEYCLOAK_URL ?? '',
      KEYCLOAK_REALM: lab.embedded.settings.KEYCLOAK_REALM ?? '',
    },
  });
  return async () => {
    await control.stop();
    await lab.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}

async function build(): Promise<void> {
  const child = spawn('nx', ['run-many', '-t', 'build', '--outputStyle=static'], {
    cwd: findRepositoryRoot(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) =>
    child.on('error', reject).on('exit', resolve),
  );
  if (code !== 0) throw new Error(`The gateway or the web app could not be built:\n${output}`);
}
