import type { Actor, Transaction } from '@scapis/platform';

/** What the identity provider says of the person who signed in. */
export interface Principal extends Actor {
  username: string;
  name: string;
  email: string;
}

/**
 * Writes or renews the person's row. One statement, so that two first calls at once don't collide.
 */
export async function putPerson(
  tx: Transaction,
  { personId, username, name, email, roles }: Principal,
  seenAt: Date,
): Promise<void> {
  const facts = { username, name, email, roles: [...roles].sort(), seenAt };
  await tx.person.upsert({
    where: { id: personId },
    create: { id: personId, ...facts },
    update: facts,
  });
}

export async function getPerson(
  tx: Transaction,
  id: string,
): Promise<{ id: string; name: string; username: string; email: string } | null> {
  return tx.person.findUnique({
    where: { id },
    select: { id: true, name: true, username: true, email: true },
  });
}

/** The person with exactly this address, among those who have signed in once. */
export async function findPersonByEmail(tx: Transaction, email: string): Promise<string | null> {
  const [row] = await tx.$queryRaw<{ id: string | null }[]>`SELECT lab_find_person(${email}) AS id`;
  return row?.id ?? null;
}
