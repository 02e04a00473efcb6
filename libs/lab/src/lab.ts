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

/** The lab's use cases, one service per feature; gateway and worker call nothing else. */
export function createLab(context: LabContext) {
  const cohorts = new CohortService(context);
  const training = new TrainingService(context);
  return {
    people: new PeopleService(context),
    applications: new ApplicationService(context),
    permits: new PermitService(context),
    datasets: new DatasetService(context),
    training,
    trainingSegments: new TrainingSegments(context),
    ensembles: new EnsembleService(context, training),
    generatorImports: new GeneratorImportService(context),
    cohorts,
    gate: new GateService(context),
    packing: new PackingService(context),
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
