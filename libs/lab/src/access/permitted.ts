import { permitState } from '@scapis/domain';
import type { Transaction } from '@scapis/platform';
import { readProjects } from './project.ts';

/**
 * Whether a project's permit is in force and names the person and the dataset: what a job asks at
 * its start and while it runs, so that the lab stops by itself when a permit is revoked or ends.
 */
export async function isPermitted(
  tx: Transaction,
  work: { applicationId: string; personId: string; datasetId: string },
  now: Date,
): Promise<boolean> {
  const permit = (await readProjects(tx, [work.applicationId])).get(work.applicationId)?.permit;
  return (
    permit !== undefined &&
    permitState(permit, now) === 'active' &&
    permit.personIds.includes(work.personId) &&
    permit.datasetIds.includes(work.datasetId)
  );
}
