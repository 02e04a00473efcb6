import {
  gateThresholds,
  LabError,
  type GateThresholds,
  type thresholdVersion,
} from '@scapis/contracts';
import { strictestThresholds } from '@scapis/domain';
import type { Transaction } from '@scapis/platform';
import { v7 as uuidv7 } from 'uuid';
import type { z } from 'zod';
import { readPeople } from '../access/project.ts';

/** Limits of the release gate as they were set at one time. */
export interface Thresholds {
  id: string;
  number: number;
  values: GateThresholds;
}

/**
 * The next version of a dataset's limits. @throws LabError conflict when someone set them meanwhile
 */
export async function insertThresholds(
  tx: Transaction,
  row: {
    datasetId: string;
    setById: string;
    number: number;
    values: GateThresholds;
    reason: string;
    createdAt: Date;
  },
): Promise<string> {
  const id = uuidv7();
  await tx.thresholdVersion.create({ data: { ...row, id } });
  return id;
}

/**
 * What training that is asked for now will be judged by. @throws LabError not_found when there is
 * no such dataset or version of one
 */
export async function getThresholdsInForce(
  tx: Transaction,
  of: { datasetId: string } | { datasetVersionId: string },
): Promise<Thresholds> {
  const where =
    'datasetId' in of
      ? { datasetId: of.datasetId }
      : { dataset: { datasetVersions: { some: { id: of.datasetVersionId } } } };
  const row = await tx.thresholdVersion.findFirst({ where, orderBy: { number: 'desc' } });
  if (row === null) throw new LabError('not_found');
  return { id: row.id, number: row.number, values: gateThresholds.parse(row.values) };
}

/** All versions, newest first, with who set each and why. */
export async function listThresholds(
  tx: Transaction,
  datasetId: string,
): Promise<z.infer<typeof thresholdVersion>[]> {
  const rows = await tx.thresholdVersion.findMany({
    where: { datasetId },
    orderBy: { number: 'desc' },
  });
  const personOf = await readPeople(
    tx,
    rows.map((row) => row.setById),
  );
  return rows.map((row) => {
    const person = personOf(row.setById);
    return {
      id: row.id,
      number: row.number,
      values: gateThresholds.parse(row.values),
      setBy: person.name === '' ? null : person,
      reason: row.reason,
      at: row.createdAt.toISOString(),
    };
  });
}

/**
 * What a cohort version is judged by: the strictest of the versions that bind its generators
 * (function lab_threshold_versions_of), ascending by number.
 */
export async function readThresholdsOf(
  tx: Transaction,
  cohortVersionId: string,
): Promise<{ values: GateThresholds; versions: Thresholds[] }> {
  const rows = await tx.$queryRaw<{ id: string; number: number; values: unknown }[]>`
    SELECT id, number, "values" FROM lab_threshold_versions_of(${cohortVersionId}::uuid)`;
  const versions = rows.map((row) => ({ ...row, values: gateThresholds.parse(row.values) }));
  return { values: strictestThresholds(versions.map(({ values }) => values)), versions };
}
