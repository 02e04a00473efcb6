import {
  cohortVersionTransitions,
  gateThresholds,
  LabError,
  type CohortVersionState,
  type GateVerdict,
  type JobPayload,
} from '@scapis/contracts';
import { transition, type Actor } from '@scapis/domain';
import { GateStopped, runGate, type GateResult, type ReleasedCohort } from '@scapis/gate';
import { addToOutbox, type Transaction } from '@scapis/platform';
import { getCohortDto, getCohortRow, moveCohort, readCohortSubject, type CohortDto } from '../cohorts/cohorts.repository.ts';
import { decodePack, toImageSet, type ImagePack } from '../images/image-pack.ts';
import { drawClosestPairs } from '../images/sheets.ts';
import type { LabParts } from '../lab.ts';
import { isPassing, type JobRun } from '../record/job-run.ts';
import { isPermitted, permitEnded } from '../record/permitted.ts';
import { checkDecision } from '../record/project.ts';
import { audit, notify, relate, type ObjectRef } from '../record/record.ts';
import { openVault } from '../record/vault.ts';
import { codeOfGate } from './code.ts';
import { findGateRun, findReleasedOf, findTrainingRecords, getNewestGateRun, insertGateRun, moveGateRun, setStage, type GateRow } from './gate.repository.ts';

const lookEveryMs = 1_000;

/** What each verdict does to the cohort version, and what may then be done with it. */
const outcomes: Record<
  GateVerdict,
  {
    to: Extract<CohortVersionState, 'passed' | 'refused' | 'draft'>;
    usage: 'unrestricted' | 'method-development-only' | null;
    failure: string | null;
  }
> = {
  passed: { to: 'passed', usage: 'unrestricted', failure: null },
  'passed-method-development-only': { to: 'passed', usage: 'method-development-only', failure: null },
  refused: { to: 'refused', usage: null, failure: null },
  void: {
    to: 'draft',
    usage: null,
    failure:
      'The gate did not find the copies that it had hidden itself, so its answer counts for nothing. Tell the lab; run the gate again when it has been mended.',
  },
};

/** The release gate over one cohort version: asked for by its team, run by the worker, its evidence kept. */
export class GateService {
  readonly #parts: LabParts;

  constructor(parts: LabParts) {
    this.#parts = parts;
  }

  /** @throws LabError forbidden with the decision, not_found, conflict */
  async request(actor: Actor, cohortVersionId: string): Promise<CohortDto> {
    const now = this.#parts.now();
    return this.#parts.database.as(actor, async (tx) => {
      const row = await getCohortRow(tx, cohortVersionId);
      checkDecision('gate:run', actor, await readCohortSubject(tx, actor, row), now);
      const { event } = transition(cohortVersionTransitions, row.state, 'gating');
      if (!(await moveCohort(tx, cohortVersionId, 'draft', 'gating', { failure: null }))) throw new LabError('conflict');
      const id = await insertGateRun(tx, {
        applicationId: row.applicationId,
        cohortVersionId,
        requestedById: actor.personId,
        createdAt: now,
      });
      await audit(tx, {
        actorId: actor.personId,
        type: event,
        object: { kind: 'cohort-version', id: cohortVersionId },
        detail: { gateRunId: id },
      });
      await relate(tx, row.applicationId, [
        { from: { kind: 'gate-run', id }, relation: 'used', to: { kind: 'cohort-version', id: cohortVersionId } },
        { from: { kind: 'gate-run', id }, relation: 'used', to: { kind: 'dataset-version', id: row.datasetVersionId } },
        { from: { kind: 'gate-run', id }, relation: 'wasAssociatedWith', to: { kind: 'person', id: actor.personId } },
      ]);
      await addToOutbox(tx, 'gate.run', { gateRunId: id });
      return getCohortDto(this.#parts, tx, actor, cohortVersionId);
    });
  }

  /** Job gate.run. Deterministic by its seed; killed and run again it comes to the same verdict. */
  async run({ gateRunId }: JobPayload<'gate.run'>, job: JobRun): Promise<void> {
    const run = await this.#begin(gateRunId);
    if (run === null) return;
    try {
      const { result, real, synthetic } = await this.#judge(run);
      await this.#complete(run, result, real, synthetic);
    } catch (error) {
      if (!(error instanceof GateStopped) && isPassing(error) && !job.isLastAttempt) throw error;
      await this.#fail(run, toSentence(error));
      if (!(error instanceof GateStopped || error instanceof LabError)) throw error;
    }
  }

  async #begin(id: string): Promise<GateRow | null> {
    return this.#parts.database.unsafeAsSystem('gate.run', async (tx) => {
      const run = await findGateRun(tx, id);
      if (run === null || (run.state !== 'queued' && run.state !== 'running')) return null;
      if (run.state === 'queued') await moveGateRun(tx, id, 'queued', 'running', { startedAt: this.#parts.now() });
      return { ...run, state: 'running' };
    });
  }

  async #judge(run: GateRow): Promise<{ result: GateResult; real: ImagePack; synthetic: ImagePack }> {
    const { cohortVersion } = run;
    const { datasetVersion } = cohortVersion;
    if (datasetVersion.viewSha256 === null || cohortVersion.imagesSha256 === null)
      throw new Error('the gate needs the training view and the images');
    const real = decodePack(await openVault(this.#parts, datasetVersion.dataKey).read(datasetVersion.viewSha256));
    const synthetic = decodePack(await openVault(this.#parts, cohortVersion.dataKey).read(cohortVersion.imagesSha256));
    const realSet = toImageSet(real);
    const released = await this.#readReleased(run);
    const trained = await this.#parts.database.unsafeAsSystem('gate.run', (tx) => findTrainingRecords(tx, cohortVersion.id));
    let stage = { name: 'input', fraction: 0 };
    let isWanted = true;
    const look = async (): Promise<void> => {
      await this.#parts.database.unsafeAsSystem('gate.run', async (tx) => {
        await setStage(tx, run.id, stage.name, stage.fraction);
        isWanted = await isPermitted(
          tx,
          { applicationId: run.applicationId, personId: run.requestedById, datasetId: datasetVersion.datasetId },
          this.#parts.now(),
        );
      });
    };
    // A look that fails is made up for by the next one.
    const timer = setInterval(() => void look().catch(() => undefined), lookEveryMs);
    try {
      const result = await runGate({
        synthetic: toImageSet(synthetic).images,
        real: { ...realSet.images, splits: realSet.splits },
        thresholds: gateThresholds.parse(datasetVersion.dataset.thresholds),
        released,
        trained,
        seed: run.seed,
        ids: { cohortVersionId: cohortVersion.id, datasetVersionId: datasetVersion.id },
        code: codeOfGate(),
        now: this.#parts.now(),
        onProgress: (name, fraction) => {
          stage = { name, fraction };
        },
        shouldStop: () => !isWanted,
      });
      return { result, real, synthetic };
    } finally {
      clearInterval(timer);
    }
  }

  /** What is already out of the same dataset: who holds an earlier cohort too holds their union. */
  async #readReleased({ cohortVersion }: GateRow): Promise<ReleasedCohort[]> {
    const { datasetId } = cohortVersion.datasetVersion;
    const rows = await this.#parts.database.unsafeAsSystem('gate.run', (tx) => findReleasedOf(tx, datasetId, cohortVersion.id));
    const released: ReleasedCohort[] = [];
    for (const { id, dataKey, imagesSha256 } of rows) {
      const pack = decodePack(await openVault(this.#parts, dataKey).read(imagesSha256));
      released.push({ cohortVersionId: id, images: toImageSet(pack).images });
    }
    return released;
  }

  async #complete(run: GateRow, { evidence, closestPairs }: GateResult, real: ImagePack, synthetic: ImagePack): Promise<void> {
    const vault = openVault(this.#parts, run.cohortVersion.dataKey);
    const sheet = drawClosestPairs(closestPairs, real, synthetic);
    const stored = {
      evidence: await vault.write(Buffer.from(JSON.stringify(evidence, null, 2))),
      pairs: sheet === null ? null : await vault.write(sheet),
    };
    const { to, usage, failure } = outcomes[evidence.verdict];
    await this.#parts.database.unsafeAsSystem('gate.run', async (tx) => {
      const isMoved = await moveGateRun(tx, run.id, 'running', 'completed', {
        verdict: evidence.verdict,
        evidenceSha256: stored.evidence.sha256,
        pairsSheetSha256: stored.pairs?.sha256 ?? null,
        stage: null,
        progress: 1,
        failure,
        finishedAt: this.#parts.now(),
      });
      if (!isMoved) return;
      await this.#moveCohort(tx, run, to, { usage, failure }, { verdict: evidence.verdict, evidenceSha256: stored.evidence.sha256 });
    });
  }

  /** Not the cohort's fault: it is a draft again, and the gate can be asked for once more. */
  async #fail(run: GateRow, failure: string): Promise<void> {
    await this.#parts.database.unsafeAsSystem('gate.run', async (tx) => {
      if (!(await moveGateRun(tx, run.id, run.state, 'failed', { failure, stage: null, finishedAt: this.#parts.now() }))) return;
      await this.#moveCohort(tx, run, 'draft', { failure }, { failure });
    });
  }

  /** For the worker, when the job is given up after its last attempt. */
  async giveUp({ gateRunId }: JobPayload<'gate.run'>): Promise<void> {
    const run = await this.#parts.database.unsafeAsSystem('gate.run', (tx) => findGateRun(tx, gateRunId));
    if (run !== null && (run.state === 'queued' || run.state === 'running')) await this.#fail(run, toSentence(null));
  }

  async #moveCohort(
    tx: Transaction,
    run: GateRow,
    to: 'passed' | 'refused' | 'draft',
    change: { usage?: string | null; failure: string | null },
    detail: Record<string, unknown>,
  ): Promise<void> {
    const cohort: ObjectRef = { kind: 'cohort-version', id: run.cohortVersionId };
    const { event } = transition(cohortVersionTransitions, 'gating', to);
    if (!(await moveCohort(tx, run.cohortVersionId, 'gating', to, change))) throw new LabError('conflict');
    await audit(tx, { actorId: null, type: event, object: cohort, detail: { gateRunId: run.id, ...detail } });
    await relate(tx, run.applicationId, [{ from: { kind: 'gate-run', id: run.id }, relation: 'wasInformedBy', to: cohort }]);
    const kinds = { passed: 'gate.passed', refused: 'gate.refused', draft: 'gate.failed' } as const;
    await notify(tx, {
      people: [run.requestedById, run.cohortVersion.authorId],
      kind: kinds[to],
      object: cohort,
      title: run.cohortVersion.cohort.title,
    });
  }

  /** The evidence file as it was written, for members and staff. @throws LabError not_found while there is none */
  async evidence(actor: Actor, cohortVersionId: string): Promise<Uint8Array> {
    const { row, run } = await this.#newest(actor, cohortVersionId, 'gate:read');
    if (run.evidenceSha256 === null) throw new LabError('not_found');
    return openVault(this.#parts, row.dataKey).read(run.evidenceSha256);
  }

  /** PNG of the closest real and synthetic pairs. Shows real images: reviewers only, and each view is recorded before it is given. */
  async closestPairs(actor: Actor, cohortVersionId: string): Promise<Uint8Array> {
    const { row, run } = await this.#newest(actor, cohortVersionId, 'pairs:view');
    if (run.pairsSheetSha256 === null) throw new LabError('not_found');
    await this.#parts.database.as(actor, (tx) =>
      audit(tx, {
        actorId: actor.personId,
        type: 'gate.pairs-viewed',
        object: { kind: 'cohort-version', id: cohortVersionId },
        detail: { gateRunId: run.id },
      }),
    );
    return openVault(this.#parts, row.dataKey).read(run.pairsSheetSha256);
  }

  async #newest(actor: Actor, cohortVersionId: string, action: 'gate:read' | 'pairs:view') {
    return this.#parts.database.as(actor, async (tx) => {
      const row = await getCohortRow(tx, cohortVersionId);
      checkDecision(action, actor, await readCohortSubject(tx, actor, row), this.#parts.now());
      return { row, run: await getNewestGateRun(tx, cohortVersionId) };
    });
  }
}

function toSentence(error: unknown): string {
  if (error instanceof GateStopped) return permitEnded;
  if (error instanceof LabError) return error.message;
  return 'The gate failed several times for a reason that lies in the lab, so there is no verdict. Tell the lab, then run the gate again.';
}
