import type { Transaction } from '@scapis/platform';

/**
 * @returns those of the cohort versions that were overtaken: another of their dataset has left, or
 * is about to, that their newest gate run didn't judge them beside. Asked of the database, as that
 * other may be of a project that the actor doesn't see.
 */
export async function findOvertaken(
  tx: Transaction,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await tx.$queryRaw<
    { id: string }[]
  >`SELECT id FROM unnest(${ids}::uuid[]) AS id WHERE lab_is_overtaken(id)`;
  return new Set(rows.map(({ id }) => id));
}
