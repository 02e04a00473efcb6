import type { Transaction } from '@scapis/platform';

/**
 * @returns the cohort versions whose verdict is stale: another cohort of the same dataset was
 * released, or is being packed, that their newest gate run did not consider. Runs in SQL because
 * the other cohort may belong to a project that the actor cannot see.
 */
export async function findStaleVerdicts(
  tx: Transaction,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await tx.$queryRaw<
    { id: string }[]
  >`SELECT id FROM unnest(${ids}::uuid[]) AS id WHERE lab_is_overtaken(id)`;
  return new Set(rows.map(({ id }) => id));
}
