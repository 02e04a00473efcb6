import type { ComputeJobName } from '@scapis/contracts';
import type { ComputeJob } from './jobs/compute-job.ts';
import { ApplicationService } from './applications/application.service.ts';
import { AuditService } from './audit/audit.service.ts';
import { CohortService } from './cohorts/cohorts.service.ts';
import type { LabContext } from './context.ts';
import { PackingService } from './release/packing.service.ts';
import { DatasetService } from './datasets/datasets.service.ts';
import { GateService } from './gate/gate.service.ts';
import { GeneratorImportService } from './generators/generator-imports.service.ts';
import { HomeService } from './home/home.service.ts';
import { NotificationService } from './notifications/notification.service.ts';
import { PeopleService } from './access/people.service.ts';
import { PermitService } from './permits/permit.service.ts';
import { ProvenanceService } from './audit/provenance.service.ts';
import { DownloadService } from './release/download.service.ts';
import { ReleaseService } from './release/release.service.ts';
import { SweepService } from './storage/sweep.ts';
import { EnsembleService } from './training/ensembles.service.ts';
import { TrainingSegments } from './training/training-segments.ts';
import { TrainingService } from './training/training.service.ts';

/** Long work, one row a job. */
export type LabJobs = { readonly [Name in ComputeJobName]: ComputeJob<Name> };

/** The lab's use cases, one service per feature; gateway and worker call nothing else. */
export function createLab(context: LabContext) {
  const cohorts = new CohortService(context);
  const training = new TrainingService(context);
  const datasets = new DatasetService(context);
  const trainingSegments = new TrainingSegments(context);
  const ensembles = new EnsembleService(context, training);
  const generatorImports = new GeneratorImportService(context);
  const gate = new GateService(context);
  const packing = new PackingService(context);
  const jobs: LabJobs = {
    'dataset.ingest': datasets.job,
    'training.slice': trainingSegments.job,
    'ensemble.choose': ensembles.job,
    'generator.check': generatorImports.job,
    'synthesis.run': cohorts.job,
    'gate.run': gate.job,
    'release.pack': packing.job,
  };
  return {
    jobs,
    people: new PeopleService(context),
    applications: new ApplicationService(context),
    permits: new PermitService(context),
    datasets,
    training,
    trainingSegments,
    ensembles,
    generatorImports,
    cohorts,
    gate,
    packing,
    release: new ReleaseService(context, cohorts),
    downloads: new DownloadService(context),
    storage: new SweepService(context),
    audit: new AuditService(context),
    provenance: new ProvenanceService(context),
    home: new HomeService(context),
    notifications: new NotificationService(context),
  };
}
export type Lab = ReturnType<typeof createLab>;
