import {
  LabError,
  privacyBudget,
  type PrivacyBudget,
  type RouteInput,
  type RouteOutput,
} from '@scapis/contracts';
import { noiseFor, prvEpsilon, rdpEpsilon, type NoisySteps } from '@scapis/domain';
import type { GanConfig } from '@scapis/gan';
import type { Transaction } from '@scapis/platform';
import { v7 as uuidv7 } from 'uuid';
import { appendAudit } from '../audit/trail.ts';

/**
 * A dataset's privacy budget and what private training takes of it. The unit is a subject with
 * all their images, in any version of the dataset: runs are composed as if each subject were in all
 * of them.
 */

export type PrivacyCost = Omit<RouteOutput<'trainingRuns.privacyCost'>, 'epsilonPrv'>;

interface Wish {
  datasetId: string;
  /** People that the networks learn from. */
  people: number;
  steps: number;
  batch: number;
  privacy: RouteInput<'trainingRuns.privacyCost'>['body']['privacy'];
  budget: PrivacyBudget;
}

/**
 * What a run would do and cost. `spentAfter` composes the Rényi curves of all runs and this one,
 * which comes to far less than the sum of their epsilons and is still an upper bound.
 * @throws LabError batch_exceeds_people, noisy_steps_too_many, epsilon_unreachable
 */
export async function computePrivacyCost(
  tx: Transaction,
  { datasetId, people, steps, batch, privacy, budget }: Wish,
): Promise<PrivacyCost> {
  if (batch > people) throw new LabError('batch_exceeds_people', { params: { people, batch } });
  const { target, clip, discriminatorSteps } = privacy;
  const run = { sampleRate: batch / people, steps: steps * discriminatorSteps };
  if (run.steps > mostNoisySteps)
    throw new LabError('noisy_steps_too_many', { params: { most: mostNoisySteps } });
  const noiseMultiplier =
    target.kind === 'noise' ? target.value : noiseFor(target.value, run, budget.delta);
  if (noiseMultiplier === null)
    throw new LabError('epsilon_unreachable', { params: { epsilon: target.value } });
  const spent = await listSpent(tx, datasetId);
  const own = { ...run, noiseMultiplier };
  const spentAfter = rdpEpsilon([...spent, own], budget.delta);
  return {
    noiseMultiplier,
    clip,
    sampleRate: run.sampleRate,
    discriminatorSteps,
    noisySteps: run.steps,
    delta: budget.delta,
    epsilon: rdpEpsilon([own], budget.delta),
    people,
    budget: budget.epsilon,
    spentBefore: rdpEpsilon(spent, budget.delta),
    spentAfter,
    isWithinBudget: spentAfter <= budget.epsilon,
  };
}

/** A ledger row's steps are a 32-bit integer. */
const mostNoisySteps = 100_000_000;

/**
 * The second opinion beside the ledger's: tighter, and some 20 ms that no transaction waits for.
 */
export function withPrv(cost: PrivacyCost): RouteOutput<'trainingRuns.privacyCost'> {
  return { ...cost, epsilonPrv: prvEpsilon([{ ...cost, steps: cost.noisySteps }], cost.delta) };
}

/**
 * As `computePrivacyCost`, for a run that is asked for now: what is left cannot be given away
 * twice.
 * @throws LabError privacy_budget_exceeded, besides
 */
export async function checkPrivacyBudget(tx: Transaction, wish: Wish): Promise<PrivacyCost> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${wish.datasetId}, 7241002))`;
  const cost = await computePrivacyCost(tx, wish);
  if (cost.isWithinBudget) return cost;
  throw new LabError('privacy_budget_exceeded', {
    params: { budget: cost.budget, spent: cost.spentBefore, after: cost.spentAfter },
    details: { budget: cost.budget, spentBefore: cost.spentBefore, spentAfter: cost.spentAfter },
  });
}

interface SpendingRun {
  id: string;
  applicationId: string;
  datasetId: string;
}

/** Takes the whole run from the budget, before it begins. */
export async function reservePrivacy(
  tx: Transaction,
  run: SpendingRun,
  cost: PrivacyCost,
  actorId: string,
  now: Date,
): Promise<void> {
  const { noiseMultiplier, sampleRate, noisySteps, delta } = cost;
  await record(
    tx,
    run,
    { kind: 'reserved', noiseMultiplier, sampleRate, steps: noisySteps, delta },
    actorId,
    now,
  );
}

/**
 * Gives back what a run that has ended did not take. It took the steps up to its newest checkpoint:
 * those of a slice that was lost or broken off left nothing behind, neither weights nor images nor
 * (see `TrainingSegments`) points.
 */
export async function settlePrivacy(
  tx: Transaction,
  run: SpendingRun,
  { privacy }: GanConfig,
  actorId: string | null,
  now: Date,
): Promise<void> {
  if (privacy === null) return;
  const reserved = await tx.privacySpend.findUnique({
    where: { trainingRunId_kind: { trainingRunId: run.id, kind: 'reserved' } },
  });
  if (reserved === null) throw new Error('a private run has no reservation');
  const [taken] = await tx.$queryRaw<
    { steps: number }[]
  >`SELECT lab_noisy_steps(${run.id}::uuid) AS steps`;
  const { noiseMultiplier, sampleRate, delta } = reserved;
  await record(
    tx,
    run,
    { kind: 'settled', noiseMultiplier, sampleRate, steps: taken?.steps ?? reserved.steps, delta },
    actorId,
    now,
  );
}

async function record(
  tx: Transaction,
  { id, applicationId, datasetId }: SpendingRun,
  spend: NoisySteps & { kind: 'reserved' | 'settled'; delta: number },
  actorId: string | null,
  now: Date,
): Promise<void> {
  const row = { ...spend, epsilon: rdpEpsilon([spend], spend.delta), accountant: 'rdp' };
  await tx.privacySpend.create({
    data: { ...row, id: uuidv7(), datasetId, trainingRunId: id, applicationId, createdAt: now },
  });
  await appendAudit(tx, {
    actorId,
    type: `privacy.${spend.kind}`,
    object: { kind: 'training-run', id },
    detail: { ...row, datasetId },
  });
}

async function listSpent(tx: Transaction, datasetId: string): Promise<NoisySteps[]> {
  return tx.$queryRaw<NoisySteps[]>`
    SELECT noise_multiplier AS "noiseMultiplier", sample_rate AS "sampleRate", steps FROM lab_privacy_spent(${datasetId}::uuid)`;
}

/** A dataset's budget as its page shows it. */
export async function readBudget(
  tx: Transaction,
  dataset: { id: string; privacy: unknown },
): Promise<PrivacyBudget & { spent: number; privateRuns: number }> {
  const budget = privacyBudget.parse(dataset.privacy);
  const spent = await listSpent(tx, dataset.id);
  return { ...budget, spent: rdpEpsilon(spent, budget.delta), privateRuns: spent.length };
}
