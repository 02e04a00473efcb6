import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import {
  cohortVersionTransitions,
  evidence as evidenceSchema,
  gateCheckNames,
  LabError,
  type CheckResult,
  type CohortUsage,
  type CohortVersionState,
  type Evidence,
  type GateCheck,
  type GateThresholds,
  type GateVerdict,
  type JobPayload,
  type Locale,
  type Message,
} from '@scapis/contracts';
import { sortRefusal, transition, type Actor } from '@scapis/domain';
import {
  encodeEvidence,
  runGate,
  type GateInput,
  type GateResult,
  type ReleasedCohort,
} from '@scapis/gate';
import { addToOutbox, type Transaction } from '@scapis/platform';
import {
  getCohortDto,
  getCohortRow,
  listRefusals,
  moveCohort,
  noUseReasonOf,
  readCohortResource,
  type CohortDto,
} from '../cohorts/cohorts.repository.ts';
import { readThresholdsOf } from '../datasets/thresholds.repository.ts';
import { decodePack, toImageSet, type ImagePack } from '../images/image-pack.ts';
import { drawClosestPairs } from '../images/sheets.ts';
import type { LabContext } from '../context.ts';
import { createComputeJob, type ComputeJob, type ComputeJobSteps } from '../jobs/compute-job.ts';
import type { JobAttempt } from '../jobs/job-attempt.ts';
import { signaturesInForce, toOverrideDto } from '../reviews/override.ts';
import { isPermitted } from '../access/permitted.ts';
import { checkDecision, readPeople } from '../access/project.ts';
import { addProvenance, appendAudit, notify, type ObjectRef } from '../audit/trail.ts';
import { openVault } from '../storage/vault.ts';
import { closeReview } from '../reviews/votes.ts';
import { codeOfGate } from './source-hash.ts';
import { renderEvidencePdf, type EvidenceFacts } from '../evidence/evidence-pdf.ts';
import {
  findAuditedEvidence,
  findCohortsOut,
  findGateRun,
  findPrivacySpent,
  findReleasedOf,
  findTrainingRecords,
  getNewestGateRun,
  insertGateRun,
  moveGateRun,
  setStage,
  type GateRow,
} from './gate.repository.ts';
import { toFailure } from '../jobs/failure.ts';

/** What each verdict does to the cohort version, and what may then be done with it. */
const outcomes: Record<
  GateVerdict,
  {
    to: Extract<CohortVersionState, 'passed' | 'refused' | 'draft'>;
    usage: CohortUsage | null;
    failure: Message | null;
  }
> = {
  passed: { to: 'passed', usage: 'unrestricted', failure: null },
  'passed-method-development-only': {
    to: 'passed',
    usage: 'method-development-only',
    failure: null,
  },
  'of-no-use': { to: 'passed', usage: 'of-no-use', failure: null },
  refused: { to: 'refused', usage: null, failure: null },
  void: {
    to: 'draft',
    usage: null,
    failure: { code: 'gate_inconclusive', params: {} },
  },
};

/**
 * The release gate over one cohort version: asked for by its team, run by the worker, its evidence
 * kept.
 */
export class GateService {
  /** Deterministic by its seed; killed and run again it comes to the same verdict. */
  readonly job: ComputeJob<'gate.run'>;
  readonly #context: LabContext;

  constructor(context: LabContext) {
    this.#context = context;
    this.job = createComputeJob(context.database, 'gate.run', (payload) => this.#steps(payload));
  }

  /** @throws LabError forbidden with the decision, not_found, conflict */
  async request(actor: Actor, cohortVersionId: string): Promise<CohortDto> {
    const now = this.#context.now();
    return this.#context.database.as(actor, async (tx) => {
      const row = await getCohortRow(tx, cohortVersionId);
      const resource = await readCohortResource(tx, actor, row);
      checkDecision('gate:run', actor, resource, now);
      const { event } = transition(cohortVersionTransitions, row.state, 'gating');
      const limits = await readThresholdsOf(tx, cohortVersionId);
      if (!(await moveCohort(tx, cohortVersionId, row.state, 'gating', { failure: null })))
        throw new LabError('conflict');
      // A version that was overtaken in review: its reviewers judge the new evidence, in a review
      // of its own.
      if (resource.review?.isOpen === true) await closeReview(tx, resource.review.id, null, now);
      const id = await insertGateRun(tx, {
        applicationId: row.applicationId,
        cohortVersionId,
        requestedById: actor.personId,
        createdAt: now,
      });
      await appendAudit(tx, {
        actorId: actor.personId,
        type: event,
        object: { kind: 'cohort-version', id: cohortVersionId },
        detail: { gateRunId: id },
      });
      await addProvenance(tx, row.applicationId, [
        {
          from: { kind: 'gate-run', id },
          relation: 'used',
          to: { kind: 'cohort-version', id: cohortVersionId },
        },
        {
          from: { kind: 'gate-run', id },
          relation: 'used',
          to: { kind: 'dataset-version', id: row.datasetVersionId },
        },
        ...limits.versions.map((version) => ({
          from: { kind: 'gate-run' as const, id },
          relation: 'used' as const,
          to: { kind: 'threshold-version' as const, id: version.id },
        })),
        {
          from: { kind: 'gate-run', id },
          relation: 'wasAssociatedWith',
          to: { kind: 'person', id: actor.personId },
        },
      ]);
      await addToOutbox(tx, 'gate.run', { gateRunId: id });
      return getCohortDto(this.#context, tx, actor, cohortVersionId);
    });
  }

  #steps({ gateRunId }: JobPayload<'gate.run'>): ComputeJobSteps<GateRow, Judged, Stage> {
    return {
      objectId: gateRunId,
      begin: (tx) => this.#begin(tx, gateRunId),
      heartbeat: (tx, stage) => this.#reportStage(tx, gateRunId, stage),
      work: (run, { onProgress, shouldStop }) =>
        this.#judge(run, {
          onProgress: (name, fraction) => onProgress({ name, fraction }),
          shouldStop,
        }),
      complete: (run, judged, attempt) => this.#complete(run, judged, attempt),
      fail: (run, error, attempt) =>
        attempt.transact((tx) =>
          this.#fail(tx, run, toFailure(error, { code: 'gate_failed', params: {} })),
        ),
    };
  }

  async #begin(tx: Transaction, id: string): Promise<GateRow | null> {
    const run = await findGateRun(tx, id);
    if (run === null || (run.state !== 'queued' && run.state !== 'running')) return null;
    if (run.state === 'queued')
      await moveGateRun(tx, id, 'queued', 'running', { startedAt: this.#context.now() });
    return { ...run, state: 'running' };
  }

  async #reportStage(tx: Transaction, id: string, stage: Stage | null): Promise<boolean> {
    const run = await findGateRun(tx, id);
    if (run?.state !== 'running') return false;
    await setStage(tx, id, stage?.name ?? 'input', stage?.fraction ?? 0);
    return isPermitted(
      tx,
      {
        applicationId: run.applicationId,
        personId: run.requestedById,
        datasetId: run.cohortVersion.datasetVersion.datasetId,
      },
      this.#context.now(),
    );
  }

  async #judge(
    run: GateRow,
    pace: Required<Pick<GateInput, 'onProgress' | 'shouldStop'>>,
  ): Promise<Judged> {
    const packs = await this.#read(run, findReleasedOf);
    const limits = await this.#context.database.unsafeAsSystem('gate.run', (tx) =>
      readThresholdsOf(tx, run.cohortVersionId),
    );
    const result = await runGate({
      ...toGateInput(run, packs, limits.values),
      thresholdVersions: limits.versions.map(({ number }) => number),
      ...pace,
    });
    return { result, packs };
  }

  /**
   * @param findReleased which cohorts count as out: who holds an earlier one too holds their union
   * with this one
   */
  async #read(run: GateRow, findReleased: typeof findReleasedOf): Promise<GatePacks> {
    const { cohortVersion } = run;
    const { datasetVersion } = cohortVersion;
    if (datasetVersion.viewSha256 === null || cohortVersion.imagesSha256 === null)
      throw new Error('the gate needs the training view and the images');
    const [rows, trained, privacySpent] = await this.#context.database.unsafeAsSystem(
      'gate.run',
      async (tx) =>
        [
          await findReleased(tx, datasetVersion.datasetId, cohortVersion.id),
          await findTrainingRecords(tx, cohortVersion.id),
          await findPrivacySpent(tx, cohortVersion.id),
        ] as const,
    );
    const released: ReleasedCohort[] = [];
    for (const { id, dataKey, imagesSha256 } of rows)
      released.push({
        cohortVersionId: id,
        images: toImageSet(decodePack(await openVault(this.#context, dataKey).read(imagesSha256)))
          .images,
      });
    return {
      real: decodePack(
        await openVault(this.#context, datasetVersion.dataKey).read(datasetVersion.viewSha256),
      ),
      synthetic: decodePack(
        await openVault(this.#context, cohortVersion.dataKey).read(cohortVersion.imagesSha256),
      ),
      released,
      trained,
      privacySpent,
    };
  }

  async #complete(
    run: GateRow,
    { result: { evidence, closestPairs, seconds }, packs: { real, synthetic, released } }: Judged,
    attempt: JobAttempt,
  ): Promise<void> {
    const vault = openVault(this.#context, run.cohortVersion.dataKey);
    const sheet = drawClosestPairs(closestPairs, real, synthetic);
    const stored = {
      evidence: await vault.write(encodeEvidence(evidence)),
      pairs: sheet === null ? null : await vault.write(sheet),
    };
    const { to, usage, failure } = outcomes[evidence.verdict];
    const { overridable, final } = sortRefusal(evidence.checks);
    await attempt.transact(async (tx) => {
      const isMoved = await moveGateRun(tx, run.id, 'running', 'completed', {
        verdict: evidence.verdict,
        overridableChecks: overridable,
        finalChecks: final,
        judgedBesideIds: released.map(({ cohortVersionId }) => cohortVersionId),
        evidenceSha256: stored.evidence.sha256,
        pairsSheetSha256: stored.pairs?.sha256 ?? null,
        stage: null,
        progress: 1,
        failure,
        finishedAt: this.#context.now(),
      });
      if (!isMoved) return;
      await this.#moveCohort(
        tx,
        run,
        to,
        { usage, failure },
        {
          verdict: evidence.verdict,
          evidenceSha256: stored.evidence.sha256,
          seconds,
        },
      );
    });
    const { meter } = this.#context;
    meter?.count('scapis_gate_runs_total', { verdict: evidence.verdict });
    for (const [stage, took] of Object.entries(seconds))
      meter?.observe('scapis_gate_stage_duration_seconds', { stage }, took);
  }

  /** Not the cohort's fault: it is a draft again, and the gate can be asked for once more. */
  async #fail(tx: Transaction, run: GateRow, failure: Message): Promise<void> {
    if (
      !(await moveGateRun(tx, run.id, run.state, 'failed', {
        failure,
        stage: null,
        finishedAt: this.#context.now(),
      }))
    )
      return;
    await this.#moveCohort(tx, run, 'draft', { failure }, { failure });
  }

  async #moveCohort(
    tx: Transaction,
    run: GateRow,
    to: 'passed' | 'refused' | 'draft',
    change: { usage?: string | null; failure: Message | null },
    detail: Record<string, unknown>,
  ): Promise<void> {
    const cohort: ObjectRef = { kind: 'cohort-version', id: run.cohortVersionId };
    const { event } = transition(cohortVersionTransitions, 'gating', to);
    if (!(await moveCohort(tx, run.cohortVersionId, 'gating', to, change)))
      throw new LabError('conflict');
    await appendAudit(tx, {
      actorId: null,
      type: event,
      object: cohort,
      detail: { gateRunId: run.id, ...detail },
    });
    await addProvenance(tx, run.applicationId, [
      { from: { kind: 'gate-run', id: run.id }, relation: 'wasInformedBy', to: cohort },
    ]);
    const kinds = { passed: 'gate.passed', refused: 'gate.refused', draft: 'gate.failed' } as const;
    await notify(tx, {
      people: [run.requestedById, run.cohortVersion.authorId],
      kind: kinds[to],
      object: cohort,
      title: run.cohortVersion.cohort.title,
    });
  }

  /**
   * The evidence file as it was written, for members and staff. @throws LabError not_found while
   * there is none
   */
  async evidence(actor: Actor, cohortVersionId: string): Promise<Uint8Array> {
    const { row, run } = await this.#newest(actor, cohortVersionId, 'gate:read');
    if (run.evidenceSha256 === null) throw new LabError('not_found');
    return openVault(this.#context, row.dataKey).read(run.evidenceSha256);
  }

  /**
   * The evidence as a paper in `language` to attach to a decision, with the signatures that
   * override it. @throws LabError not_found while there is none
   */
  async evidencePdf(actor: Actor, cohortVersionId: string, language: Locale): Promise<Uint8Array> {
    const { row, run } = await this.#newest(actor, cohortVersionId, 'gate:read');
    if (run.evidenceSha256 === null) throw new LabError('not_found');
    const bytes = await openVault(this.#context, row.dataKey).read(run.evidenceSha256);
    const [override, refusals, noUseReason] = await this.#context.database.as(
      actor,
      async (tx) =>
        [
          await toOverrideDto(tx, run, row.overrideSignatures),
          await listRefusals(tx, row),
          noUseReasonOf(
            row,
            await readPeople(tx, row.noUseReasonById === null ? [] : [row.noUseReasonById]),
          ),
        ] as const,
    );
    const facts: EvidenceFacts = {
      title: row.cohort.title,
      number: row.number,
      datasetTitle: row.datasetVersion.dataset.title,
      judgedAt: run.finishedAt,
      evidenceSha256: run.evidenceSha256,
      override: signaturesInForce(override),
      isReleased: row.releasedAt !== null,
      noUseReason,
      refusals,
    };
    return renderEvidencePdf(decodeEvidence(bytes), facts, language);
  }

  /**
   * PNG of the closest real and synthetic pairs. Shows real images: reviewers only, and each view
   * is recorded before it is given.
   */
  async closestPairs(actor: Actor, cohortVersionId: string): Promise<Uint8Array> {
    const { row, run } = await this.#newest(actor, cohortVersionId, 'pairs:view');
    if (run.pairsSheetSha256 === null) throw new LabError('not_found');
    await this.#context.database.as(actor, (tx) =>
      appendAudit(tx, {
        actorId: actor.personId,
        type: 'gate.pairs-viewed',
        object: { kind: 'cohort-version', id: cohortVersionId },
        detail: { gateRunId: run.id },
      }),
    );
    return openVault(this.#context, row.dataKey).read(run.pairsSheetSha256);
  }

  /**
   * Runs the newest gate run of a version once more, with the seed and the thresholds that the
   * database records for it, and changes nothing. For the lab's own hands on the machine (`npm run
   * lab -- rerun-gate`): it asks no actor.
   * @throws LabError not_found when the version has no evidence
   */
  async unsafeRerun(
    cohortVersionId: string,
    onProgress?: (stage: string, fraction: number) => void,
  ): Promise<GateRerun> {
    const { run, limits, auditedSha256 } = await this.#context.database.unsafeAsSystem(
      'gate.rerun',
      async (tx) => {
        const { id } = await getNewestGateRun(tx, cohortVersionId);
        return {
          run: await findGateRun(tx, id),
          limits: await readThresholdsOf(tx, cohortVersionId),
          auditedSha256: await findAuditedEvidence(tx, cohortVersionId, id),
        };
      },
    );
    if (run?.evidenceSha256 == null) throw new LabError('not_found');
    const stored = await openVault(this.#context, run.cohortVersion.dataKey).read(
      run.evidenceSha256,
    );
    const before = decodeEvidence(stored);
    // What was out when the run began, not what is out now.
    const packs = await this.#read(run, (tx) =>
      findCohortsOut(
        tx,
        before.released.map(({ cohortVersionId: id }) => id),
      ),
    );
    const { evidence } = await runGate({
      ...toGateInput(run, packs, limits.values),
      thresholdVersions: limits.versions.map(({ number }) => number),
      onProgress,
    });
    const fresh = encodeEvidence(evidence);
    // As it reads back: what the file can't tell apart is no difference.
    const after = decodeEvidence(fresh);
    const parts = [
      ...new Set([...Object.keys(before), ...Object.keys(after)]),
    ] as (keyof Evidence)[];
    const checkOf = ({ checks }: Evidence, name: GateCheck): CheckResult | undefined =>
      checks.find(({ check }) => check === name);
    return {
      isEqual: Buffer.from(fresh).equals(stored),
      storedSha256: run.evidenceSha256,
      freshSha256: createHash('sha256').update(fresh).digest('hex'),
      auditedSha256,
      differences: [
        ...parts.filter(
          (part) => part !== 'checks' && !isDeepStrictEqual(after[part], before[part]),
        ),
        ...gateCheckNames
          .filter((name) => !isDeepStrictEqual(checkOf(after, name), checkOf(before, name)))
          .map((name) => `check ${name}`),
      ],
    };
  }

  async #newest(actor: Actor, cohortVersionId: string, action: 'gate:read' | 'pairs:view') {
    return this.#context.database.as(actor, async (tx) => {
      const row = await getCohortRow(tx, cohortVersionId);
      checkDecision(action, actor, await readCohortResource(tx, actor, row), this.#context.now());
      return { row, run: await getNewestGateRun(tx, cohortVersionId) };
    });
  }
}

/** What a second run of the gate came to, beside what is stored. */
export interface GateRerun {
  isEqual: boolean;
  storedSha256: string;
  freshSha256: string;
  /**
   * Of the evidence that the audit log was told of when the gate ended, whose chain of hashes shows
   * a row that was changed; null: of none.
   */
  auditedSha256: string | null;
  /**
   * Members of the evidence that differ, and checks by name. Other code or another runtime shows as
   * `code`.
   */
  differences: string[];
}

/** How far a gate run is. */
interface Stage {
  name: string;
  fraction: number;
}

/** What the work of a gate run comes to. */
interface Judged {
  result: GateResult;
  packs: GatePacks;
}

interface GatePacks extends Required<Pick<GateInput, 'released' | 'trained' | 'privacySpent'>> {
  real: ImagePack;
  synthetic: ImagePack;
}

function toGateInput(
  { seed, cohortVersion }: GateRow,
  { real, synthetic, released, trained, privacySpent }: GatePacks,
  thresholds: GateThresholds,
): GateInput {
  const { images, splits } = toImageSet(real);
  return {
    synthetic: toImageSet(synthetic).images,
    real: { ...images, splits },
    thresholds,
    released,
    trained,
    privacySpent,
    seed,
    ids: { cohortVersionId: cohortVersion.id, datasetVersionId: cohortVersion.datasetVersionId },
    code: codeOfGate(),
  };
}

function decodeEvidence(bytes: Uint8Array): Evidence {
  return evidenceSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
}
