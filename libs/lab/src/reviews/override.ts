import { overrideSignaturesNeeded, type GateCheck, type override } from '@scapis/contracts';
import { isOverriddenBy, type Resource } from '@scapis/domain';
import type { Transaction } from '@scapis/platform';
import type { z } from 'zod';
import { readPeople } from '../access/project.ts';

/** A refusal and its signatures as the rows hold them. */
interface GateRunRow {
  id: string;
  verdict: string | null;
  overridableChecks: string[];
  finalChecks: string[];
}
interface SignatureRow {
  personId: string;
  checks: string[];
  reason: string;
  createdAt: Date;
}
export type OverrideDto = z.infer<typeof override>;

/** What `decide` needs to know of a refusal. `run`: the version's newest gate run. */
export function toOverrideFacts(
  run: GateRunRow | undefined,
  signatures: readonly Pick<SignatureRow, 'personId'>[],
): NonNullable<Resource['override']> {
  return {
    gateRunId: run?.id ?? null,
    overridable: (run?.overridableChecks ?? []) as GateCheck[],
    final: (run?.finalChecks ?? []) as GateCheck[],
    signedIds: signatures.map(({ personId }) => personId),
  };
}

/**
 * The refusal as every reader of the cohort sees it, names and reasons included; null where the
 * gate did not refuse. What was signed stands by its signatures, whatever gate run comes after.
 */
export async function toOverrideDto(
  tx: Transaction,
  run: GateRunRow | undefined,
  signatures: readonly SignatureRow[],
): Promise<OverrideDto | null> {
  const [first] = signatures;
  if (run?.verdict !== 'refused' && first === undefined) return null;
  const personOf = await readPeople(
    tx,
    signatures.map(({ personId }) => personId),
  );
  return {
    checks: (first?.checks ?? run?.overridableChecks ?? []) as GateCheck[],
    finalChecks: (first === undefined ? (run?.finalChecks ?? []) : []) as GateCheck[],
    signaturesNeeded: overrideSignaturesNeeded,
    signatures: signatures.map(({ personId, checks, reason, createdAt }) => ({
      person: personOf(personId),
      checks: checks as GateCheck[],
      reason,
      at: createdAt.toISOString(),
    })),
  };
}

/**
 * Signatures that count: those of a version that enough people signed; none of one that was signed
 * once and stayed refused.
 */
export function signaturesInForce(dto: OverrideDto | null): OverrideDto['signatures'] {
  return dto !== null && isOverriddenBy(dto.signatures.map(({ person }) => person.id))
    ? dto.signatures
    : [];
}
