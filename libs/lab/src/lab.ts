import type { CompileOptions } from '@scapis/gan';
import type { Database, Storage } from '@scapis/platform';
import { ApplicationService } from './applications/application.service.ts';
import { AuditService } from './audit/audit.service.ts';
import { CohortService } from './cohorts/cohorts.service.ts';
import { PackingService } from './cohorts/packing.service.ts';
import { DatasetService } from './datasets/datasets.service.ts';
import { GateService } from './gate/gate.service.ts';
import { GeneratorImportService } from './generators/generator-imports.service.ts';
import { HomeService } from './home/home.service.ts';
import { NotificationService } from './notifications/notification.service.ts';
import { PeopleService } from './people/people.service.ts';
import { PermitService } from './permits/permit.service.ts';
import { ProvenanceService } from './provenance/provenance.service.ts';
import { DownloadService } from './release/download.service.ts';
import { ReleaseService } from './release/release.service.ts';
import { TrainingService } from './training/training.service.ts';

/** What the lab's use cases stand on. One object, handed to every service. */
export interface LabParts {
  database: Database;
  storage: Storage;
  /** The one clock: tests set it. */
  now: () => Date;
  /** 32 bytes. Wraps data keys; the keys of ethics documents and of receipts are derived from it. */
  masterKey: Uint8Array;
  /** How training and synthesis are computed; default two threads of the CPU. Only the worker sets it. The gate keeps to its own. */
  compute?: CompileOptions;
  /** Length of one slice of training in seconds; default 20. Only the worker sets it. */
  sliceSeconds?: number;
}

/** The lab's use cases, one service per feature; gateway and worker call nothing else. */
export function createLab(parts: LabParts) {
  const cohorts = new CohortService(parts);
  return {
    people: new PeopleService(parts),
    applications: new ApplicationService(parts),
    permits: new PermitService(parts),
    datasets: new DatasetService(parts),
    training: new TrainingService(parts, { sliceSeconds: parts.sliceSeconds }),
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
