import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildApps, startLabProcesses } from '@scapis/platform';
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
  await buildApps();
  const folder = mkdtempSync(join(tmpdir(), 'scapis-e2e-'));
  // The database server runs as another user when the tests run as root: it must be able to pass
  // through.
  chmodSync(folder, 0o711);
  const dataFolder = join(folder, 'lab');
  const lab = await startLabProcesses({
    dataFolder,
    // Short, so that a small training has several slices, and a killed worker's job is soon free.
    settings: { TRAINING_SLICE_SECONDS: '2', QUEUE_LOCK_SECONDS: '6' },
  });
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
