import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ApplicationForm, Evidence, GateCheck, GateVerdict, Role } from '@scapis/contracts';
import {
  type Actor,
  forwardingMeter,
  type Measurement,
  type MetricName,
  openMemoryDriver,
  openStorage,
  type Storage,
} from '@scapis/platform';
import { openTestDatabase, smallPdf } from '@scapis/testing';
import { v7 as uuidv7 } from 'uuid';
import { ApplicationService } from '../applications/application.service.ts';
import { AuditService } from '../audit/audit.service.ts';
import { CohortService } from '../cohorts/cohorts.service.ts';
import { GateService } from '../gate/gate.service.ts';
import { HomeService } from '../home/home.service.ts';
import type { LabContext } from '../context.ts';
import { NotificationService } from '../notifications/notification.service.ts';
import { PeopleService } from '../access/people.service.ts';
import { PermitService } from '../permits/permit.service.ts';
import { ensureTerms } from '../permits/terms.ts';
import { ProvenanceService } from '../audit/provenance.service.ts';
import { createSecret, openVault } from '../storage/vault.ts';
import { DownloadService } from '../release/download.service.ts';
import { ReleaseService } from '../release/release.service.ts';

// For medium specs: a lab on a database and a storage of its own, with a clock that the test sets,
// and the people of the story.

const cast = {
  astrid: ['applicant'],
  bo: ['applicant', 'pilot'],
  stranger: ['applicant'],
  admin1: ['lab-admin', 'reviewer'],
  admin2: ['lab-admin', 'reviewer'],
  admin3: ['lab-admin', 'reviewer'],
  auditor: ['auditor'],
} as const satisfies Record<string, readonly Role[]>;
type CastName = keyof typeof cast;

/** @param given where it stores; `objects` holds what is stored unless one is given. */
export async function openTestLab(given?: Storage) {
  const test = await openTestDatabase();
  const start = new Date('2026-11-23T09:00:00Z');
  const clock = { now: start };
  const objects = new Map<string, Buffer>();
  const storage = given ?? openStorage(openMemoryDriver(objects));
  const measurements: Measurement[] = [];
  const context: LabContext = {
    database: test.db,
    storage,
    masterKey: randomBytes(32),
    now: () => clock.now,
    meter: forwardingMeter((measurement) => void measurements.push(measurement)),
  };
  const lab = {
    people: new PeopleService(context),
    applications: new ApplicationService(context),
    permits: new PermitService(context),
    audit: new AuditService(context),
    provenance: new ProvenanceService(context),
    home: new HomeService(context),
    notifications: new NotificationService(context),
    downloads: new DownloadService(context),
    gate: new GateService(context),
    release: new ReleaseService(context, new CohortService(context)),
  };
  await ensureTerms(test.db);
  const people = Object.fromEntries(
    Object.entries(cast).map(([name, roles]) => [name, { personId: uuidv7(), roles }]),
  ) as unknown as Record<CastName, Actor>;
  for (const [name, actor] of Object.entries(people))
    await lab.people.signIn({
      ...actor,
      username: name,
      name: `${name} Andersson`,
      email: `${name}@example.org`,
    });

  return {
    test,
    context,
    /** What the storage holds, by its names. */
    objects,
    lab,
    people,
    clock,

    /** The values that the metrics were told under this name, by the value of a label. */
    measured: (name: MetricName, label?: string): [string, number][] =>
      measurements
        .filter((each) => each.name === name)
        .map(({ labels, value }) => [label === undefined ? '' : (labels[label] ?? ''), value]),
    resetClock: () => void (clock.now = start),
    close: () => test.close(),

    /** A dataset in the catalogue, as far as the governance features look at it. */
    async addDataset(title = 'Phantom CT'): Promise<string> {
      const id = uuidv7();
      await test.query(
        `INSERT INTO dataset (id, created_by_id, title, description, secret) VALUES ($1, $2, $3, 'd', '')`,
        [id, people.admin1.personId, title],
      );
      await test.query(
        `INSERT INTO threshold_version (id, dataset_id, set_by_id, number, "values", reason) VALUES (gen_random_uuid(), $1, $2, 1, '{}', 'Set when the dataset was created.')`,
        [id, people.admin1.personId],
      );
      return id;
    },

    toForm: (datasetId: string): ApplicationForm => ({
      title: 'Calcium in synthetic CT',
      organisation: 'Linköpings universitet',
      responsibleResearcher: 'Astrid Andersson, PhD',
      purpose:
        'To train a model that grades coronary calcium on synthetic images before it meets a real one.',
      ethicsNumber: '2026-01234-01',
      ethicsValidUntil: '2028-12-31',
      accessUntil: '2027-12-31',
      datasetIds: [datasetId],
    }),

    /** An application of Astrid and Bo, sent in. */
    async submitApplication(datasetId: string): Promise<string> {
      const { id } = await lab.applications.create(people.astrid, this.toForm(datasetId));
      await lab.applications.addMember(people.astrid, id, 'bo@example.org');
      await lab.applications.putEthicsDocument(people.astrid, id, 'beslut.pdf', toStream(smallPdf));
      await lab.applications.submit(people.astrid, id);
      return id;
    },

    /**
     * The same, approved by two admins; both members have signed unless told otherwise. @returns
     * the permit's id too.
     */
    async approveApplication(
      datasetId: string,
      { isSigned = true } = {},
    ): Promise<{ applicationId: string; permitId: string }> {
      const applicationId = await this.submitApplication(datasetId);
      await lab.applications.vote(people.admin1, applicationId, 'approve', 'sound plan');
      const { permitId } = await lab.applications.vote(
        people.admin2,
        applicationId,
        'approve',
        'I agree',
      );
      if (permitId === null) throw new Error('two votes gave no permit');
      if (isSigned)
        for (const actor of [people.astrid, people.bo]) await this.sign(actor, permitId);
      return { applicationId, permitId };
    },

    async sign(actor: Actor, permitId: string): Promise<void> {
      const { terms } = await lab.permits.get(actor, permitId);
      await lab.permits.sign(actor, permitId, {
        termsId: terms.id,
        textSha256: terms.sha256Sv,
        locale: 'sv',
      });
    },

    /** A cohort version of Astrid's that has passed the gate. */
    async addPassedVersion(project: {
      applicationId: string;
      permitId: string;
      datasetId: string;
    }): Promise<string> {
      return this.addJudgedVersion(project, { state: 'passed', verdict: 'passed' });
    },

    /**
     * A cohort version of Astrid's as the gate left it: the rows that training, synthesis and gate
     * leave.
     */
    async addJudgedVersion(
      project: { applicationId: string; permitId: string; datasetId: string },
      {
        state,
        evidence,
        ...found
      }: {
        state: 'passed' | 'refused' | 'draft';
        verdict: GateVerdict;
        overridableChecks?: GateCheck[];
        finalChecks?: GateCheck[];
        evidence?: Evidence;
      },
    ): Promise<string> {
      const dataKey = createSecret(context);
      const stored =
        evidence === undefined
          ? null
          : await openVault(context, dataKey).write(Buffer.from(JSON.stringify(evidence)));
      const [
        datasetVersionId,
        trainingRunId,
        generatorId,
        cohortId,
        id,
        synthesisRunId,
        gateRunId,
      ] = [uuidv7(), uuidv7(), uuidv7(), uuidv7(), uuidv7(), uuidv7(), uuidv7()];
      const author = people.astrid.personId;
      await test.query(
        `INSERT INTO dataset_version (id, dataset_id, number, state, data_key) VALUES ($1, $2, (SELECT count(*) + 1 FROM dataset_version WHERE dataset_id = $2), 'empty', '')`,
        [datasetVersionId, project.datasetId],
      );
      await test.query(
        `INSERT INTO training_run (id, application_id, permit_id, dataset_version_id, requested_by_id, threshold_version_id, title, state, config, seed, steps, step)
         SELECT $1, $2, $3, $4, $5, id, 'First training', 'completed', '{}', 1, 10, 10 FROM threshold_version WHERE dataset_id = $6 ORDER BY number DESC LIMIT 1`,
        [
          trainingRunId,
          project.applicationId,
          project.permitId,
          datasetVersionId,
          author,
          project.datasetId,
        ],
      );
      await test.query(
        `INSERT INTO generator (id, training_run_id, application_id, step, sha256) VALUES ($1, $2, $3, 10, '')`,
        [generatorId, trainingRunId, project.applicationId],
      );
      await test.query(
        `INSERT INTO cohort (id, application_id, permit_id, dataset_id, created_by_id, title) VALUES ($1, $2, $3, $4, $5, 'First cohort')`,
        [cohortId, project.applicationId, project.permitId, project.datasetId, author],
      );
      await test.query(
        `INSERT INTO cohort_version (id, cohort_id, application_id, dataset_version_id, author_id, number, state, count, label_mix, data_key) VALUES ($1, $2, $3, $4, $5, 1, 'synthesising', 100, 'balanced', $6)`,
        [id, cohortId, project.applicationId, datasetVersionId, author, dataKey],
      );
      await test.query(
        `INSERT INTO synthesis_run (id, application_id, cohort_version_id, requested_by_id, state, seed, count, drawn) VALUES ($1, $2, $3, $4, 'completed', 1, 100, 100)`,
        [synthesisRunId, project.applicationId, id, author],
      );
      await test.query(
        `INSERT INTO synthesis_generator (synthesis_run_id, generator_id, ordinal) VALUES ($1, $2, 0)`,
        [synthesisRunId, generatorId],
      );
      await test.query(
        `INSERT INTO gate_run (id, application_id, cohort_version_id, requested_by_id, state, seed) VALUES ($1, $2, $3, $4, 'queued', 1)`,
        [gateRunId, project.applicationId, id, author],
      );
      await this.judge(id, { ...found, state, evidenceSha256: stored?.sha256 });
      return id;
    },

    /** What the job gate.run leaves of the version's newest run. */
    async judge(
      cohortVersionId: string,
      {
        state,
        ...found
      }: {
        state: 'passed' | 'refused' | 'draft';
        verdict: GateVerdict;
        overridableChecks?: GateCheck[];
        finalChecks?: GateCheck[];
        evidenceSha256?: string;
      },
    ): Promise<void> {
      await test.db.unsafeAsSystem('fixture', async (tx) => {
        const run = await tx.gateRun.findFirstOrThrow({
          where: { cohortVersionId },
          orderBy: { id: 'desc' },
          include: { cohortVersion: { include: { datasetVersion: true } } },
        });
        const out = await tx.cohortVersion.findMany({
          where: {
            datasetVersion: { datasetId: run.cohortVersion.datasetVersion.datasetId },
            state: { in: ['packing', 'released', 'withdrawn'] },
          },
        });
        await tx.gateRun.update({
          where: { id: run.id },
          data: {
            ...found,
            judgedBesideIds: out.map(({ id }) => id),
            state: 'completed',
            finishedAt: clock.now,
          },
        });
        await tx.cohortVersion.update({ where: { id: cohortVersionId }, data: { state } });
      });
    },

    /** What the job release.pack leaves: the bundle in storage, the version released. */
    async pack(cohortVersionId: string, bundle: Buffer): Promise<string> {
      const { sha256, size } = await context.storage.write(bundle);
      await test.db.unsafeAsSystem('fixture', (tx) =>
        tx.cohortVersion.update({
          where: { id: cohortVersionId },
          data: {
            state: 'released',
            bundleName: 'cohort-1.zip',
            bundleSha256: sha256,
            bundleSize: BigInt(size),
            releasedAt: clock.now,
          },
        }),
      );
      return sha256;
    },
  };
}
export type TestLab = Awaited<ReturnType<typeof openTestLab>>;

export function toStream(bytes: Buffer): AsyncIterable<Uint8Array> {
  return Readable.from([bytes]);
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export async function readAll(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
