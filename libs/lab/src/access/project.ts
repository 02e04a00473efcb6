import { LabError, type Action, type ApplicationState, type Decision } from '@scapis/contracts';
import { decide, type Actor, type Resource } from '@scapis/domain';
import type { Transaction } from '@scapis/platform';

/** What `decide` needs to know of a project: its application and, once granted, its permit. */
export type ProjectFacts = Required<Pick<Resource, 'application'>> & Pick<Resource, 'permit'>;

/**
 * Reads projects for `decide`, in the caller's transaction: rows that they may not see are missing
 * from the map.
 * `missing` and `votesCast` of the application stay empty here; they matter only while an
 * application is being decided (applications/).
 */
export async function readProjects(
  tx: Transaction,
  applicationIds: Iterable<string>,
): Promise<Map<string, ProjectFacts>> {
  const ids = [...new Set(applicationIds)];
  if (ids.length === 0) return new Map();
  const rows = await tx.application.findMany({
    where: { id: { in: ids } },
    include: {
      applicationMembers: true,
      permit: { include: { permitPersons: true, permitDatasets: true, termsSignatures: true } },
    },
  });
  const termsInForce = await tx.terms.findFirst({
    orderBy: { version: 'desc' },
    select: { id: true },
  });
  return new Map(
    rows.map((row) => [
      row.id,
      {
        application: {
          id: row.id,
          state: row.state as ApplicationState,
          applicantId: row.applicantId,
          memberIds: row.applicationMembers.map((member) => member.personId),
          missing: [],
          votesCast: 0,
        },
        permit:
          row.permit === null
            ? undefined
            : {
                id: row.permit.id,
                validFrom: row.permit.validFrom,
                validUntil: row.permit.validUntil,
                revokedAt: row.permit.revokedAt,
                personIds: row.permit.permitPersons.map((person) => person.personId),
                datasetIds: row.permit.permitDatasets.map((dataset) => dataset.datasetId),
                signedIds: row.permit.termsSignatures
                  .filter((signature) => signature.termsId === termsInForce?.id)
                  .map((signature) => signature.personId),
              },
      },
    ]),
  );
}

/** One project. @throws LabError not_found when there is none that the caller may see. */
export async function getProject(tx: Transaction, applicationId: string): Promise<ProjectFacts> {
  const project = (await readProjects(tx, [applicationId])).get(applicationId);
  if (project === undefined) throw new LabError('not_found');
  return project;
}

/** Asks `decide` and turns a refusal into the error that shows its conditions. */
export function checkDecision(action: Action, actor: Actor, resource: Resource, now: Date): void {
  const decision = decide({ action, actor, resource, now });
  if (!decision.allowed) throw new LabError('forbidden', { details: decision });
}

/** The decisions on several acts, for a DTO. */
export function decideAll(
  actions: readonly Action[],
  actor: Actor,
  resource: Resource,
  now: Date,
): Decision[] {
  return actions.map((action) => decide({ action, actor, resource, now }));
}

/**
 * Names of people for DTOs, by ids that the caller has read already: a team sees who decided,
 * though not that person's row.
 */
export async function readPeople(
  tx: Transaction,
  ids: Iterable<string | null>,
): Promise<(id: string) => { id: string; name: string }> {
  const wanted = [...new Set([...ids].filter((id) => id !== null))];
  const rows =
    wanted.length === 0
      ? []
      : await tx.$queryRaw<
          { id: string; name: string }[]
        >`SELECT id, name FROM lab_names_of(${wanted}::uuid[])`;
  const names = new Map(rows.map((row) => [row.id, row.name]));
  return (id) => ({ id, name: names.get(id) ?? '' });
}
