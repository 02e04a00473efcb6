import {
  LabError,
  type GeneratorImportState,
  type ImportReason,
  type RouteOutput,
} from '@scapis/contracts';
import { decide, type Actor } from '@scapis/domain';
import type { ImportedGeneratorFacts } from '@scapis/gan';
import type { Prisma, Transaction } from '@scapis/platform';
import { v7 as uuidv7 } from 'uuid';
import { getThresholdsInForce } from '../datasets/thresholds.repository.ts';
import { belowId, toPageById, type Page, type PageQuery } from '../lists/page.ts';
import { readPeople, readProjects } from '../access/project.ts';
import { addProvenance } from '../audit/trail.ts';
import { toFailureColumn, toFailureDto, type WithFailure } from '../jobs/failure.ts';

export type ImportDto = RouteOutput<'generatorImports.get'>;

const include = {
  datasetVersion: { include: { dataset: true } },
  generator: { select: { id: true } },
  thresholdVersion: { select: { number: true } },
} as const satisfies Prisma.GeneratorImportInclude;
type ImportWithParts = Prisma.GeneratorImportGetPayload<{ include: typeof include }>;
/** A declared generator with the dataset version it names. */
export type ImportRow = Omit<ImportWithParts, 'state'> & { state: GeneratorImportState };

export interface NewImport {
  applicationId: string;
  permitId: string;
  datasetVersionId: string;
  declaredById: string;
  title: string;
  framework: string;
  recipe: string;
  createdAt: Date;
}

/**
 * A declared generator, with the limits that the gate will judge its cohorts by: those in force
 * now.
 */
export async function insertImport(tx: Transaction, row: NewImport): Promise<string> {
  const id = uuidv7();
  const thresholds = await getThresholdsInForce(tx, row);
  await tx.generatorImport.create({
    data: { ...row, id, state: 'declared', thresholdVersionId: thresholds.id },
  });
  await addProvenance(tx, row.applicationId, [
    {
      from: { kind: 'generator-import', id },
      relation: 'wasInformedBy',
      to: { kind: 'threshold-version', id: thresholds.id },
    },
  ]);
  return id;
}

/** @throws LabError not_found */
export async function getImport(tx: Transaction, id: string): Promise<ImportRow> {
  const row = await findImport(tx, id);
  if (row === null) throw new LabError('not_found');
  return row;
}

export async function findImport(tx: Transaction, id: string): Promise<ImportRow | null> {
  const row = await tx.generatorImport.findUnique({ where: { id }, include });
  return row === null ? null : { ...row, state: row.state as GeneratorImportState };
}

/**
 * Moves an import from a state, if it is still in it. @returns false when someone moved it
 * meanwhile
 */
export async function moveImport(
  tx: Transaction,
  id: string,
  from: GeneratorImportState,
  to: GeneratorImportState,
  change: WithFailure<Prisma.GeneratorImportUncheckedUpdateManyInput>,
): Promise<boolean> {
  const { count } = await tx.generatorImport.updateMany({
    where: { id, state: from },
    data: { ...toFailureColumn(change), state: to },
  });
  return count === 1;
}

/** The generator of an accepted import: there for cohorts from now on. */
export async function insertImportedGenerator(
  tx: Transaction,
  { id: generatorImportId, applicationId }: { id: string; applicationId: string },
  sha256: string,
): Promise<string> {
  const id = uuidv7();
  await tx.generator.create({ data: { id, generatorImportId, applicationId, step: 0, sha256 } });
  return id;
}

export async function listImports(
  tx: Transaction,
  actor: Actor,
  query: PageQuery,
  now: Date,
): Promise<Page<ImportDto>> {
  const rows = await tx.generatorImport.findMany({
    where: { id: belowId(query.cursor) },
    orderBy: { id: 'desc' },
    take: query.limit + 1,
    include,
  });
  return toPageById(rows, query.limit, (shown) => toDtos(tx, actor, shown, now));
}

/** @throws LabError not_found */
export async function getImportDto(
  tx: Transaction,
  actor: Actor,
  id: string,
  now: Date,
): Promise<ImportDto> {
  const [dto] = await toDtos(tx, actor, [await getImport(tx, id)], now);
  if (dto === undefined) throw new LabError('not_found');
  return dto;
}

async function toDtos(
  tx: Transaction,
  actor: Actor,
  rows: readonly ImportWithParts[],
  now: Date,
): Promise<ImportDto[]> {
  const projects = await readProjects(
    tx,
    rows.map((row) => row.applicationId),
  );
  const personOf = await readPeople(
    tx,
    rows.map((row) => row.declaredById),
  );
  return rows.flatMap((row) => {
    const project = projects.get(row.applicationId);
    if (project?.permit === undefined) return [];
    const state = row.state as GeneratorImportState;
    const { datasetId } = row.datasetVersion;
    const resource = {
      ...project,
      datasetId,
      datasetVersion: { ...row.datasetVersion, state: row.datasetVersion.state as 'approved' },
      generatorImport: { id: row.id, state },
      generators: { areReady: row.generator !== null },
    };
    return [
      {
        id: row.id,
        title: row.title,
        applicationId: row.applicationId,
        permitId: row.permitId,
        datasetVersionId: row.datasetVersionId,
        datasetTitle: row.datasetVersion.dataset.title,
        declaredBy: personOf(row.declaredById),
        state,
        framework: row.framework,
        recipe: row.recipe,
        createdAt: row.createdAt.toISOString(),
        uploadedAt: row.uploadedAt?.toISOString() ?? null,
        checkedAt: row.checkedAt?.toISOString() ?? null,
        size: row.size,
        sha256: row.sha256,
        facts: row.facts as
          (Omit<ImportedGeneratorFacts, 'range'> & { range: [number, number] }) | null,
        reason: row.reason as ImportReason | null,
        reasonDetail: row.reasonDetail,
        failure: toFailureDto(row.failure),
        generatorId: row.generator?.id ?? null,
        thresholdVersion: row.thresholdVersion.number,
        decisions: (['generator:import', 'cohort:create'] as const).map((action) =>
          decide({ action, actor, resource, now }),
        ),
      },
    ];
  });
}
