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
import { EnsembleService } from './training/ensembles.service.ts';
import { TrainingService } from './training/training.service.ts';

/** The lab's use cases, one service per feature; gateway and worker call nothing else. */
export function createLab(parts: LabContext) {
  const cohorts = new CohortService(parts);
  const training = new TrainingService(parts, { sliceSeconds: parts.sliceSeconds });
  return {
    people: new PeopleService(parts),
    applications: new ApplicationService(parts),
    permits: new PermitService(parts),
    datasets: new DatasetService(parts),
    training,
    ensembles: new EnsembleService(parts, training),
    generatorImports: new GeneratorImportService(parts),
    cohorts,
    gate: new GateService(parts),
    packing: new PackingService(parts),
    release: new ReleaseService(parts, cohorts),
    downloads: new DownloadService(parts),
    audit: new AuditService(parts),
    provenance: new ProvenanceService(parts),
    home: new HomeService(parts),
    notifications: new NotificationService(parts),
  };
}
export type Lab = ReturnType<typeof createLab>;
