export type { LabContext } from './context.ts';
export { createLab, type Lab, type LabJobs } from './lab.ts';
export { JobLostError } from './jobs/job-attempt.ts';
export { heartbeatEveryMs, type JobRun, type Supervisor } from './jobs/run-job.ts';
export { enqueueStranded } from './jobs/stranded-jobs.ts';
export type { Principal } from './access/people.repository.ts';
export { ensureTerms } from './permits/terms.ts';
export type { Bundle, BundleDownload } from './release/download.service.ts';
export { judgeReceipt } from './release/receipt.ts';
