export * from './audit.ts';
export * from './compute.ts';
export * from './api/applications.ts';
export * from './api/cohorts.ts';
export * from './api/datasets.ts';
export {
  condition,
  conditionCodes,
  decision,
  type Condition,
  type ConditionCode,
  type Decision,
} from './api/decisions.ts';
export { personRef } from './api/fields.ts';
export * from './api/generators.ts';
export * from './api/home.ts';
export * from './api/permits.ts';
export * from './api/reviews.ts';
export * from './api/trail.ts';
export * from './api/training.ts';
export * from './errors.ts';
export * from './gate/canaries.ts';
export type { CheckRow } from './gate/checks/row.ts';
export * from './gate/checks.ts';
export * from './gate/details.ts';
export * from './gate/evidence.ts';
export * from './gate/findings.ts';
export * from './gate/plots.ts';
export * from './gate/reasons.ts';
export * from './gate/families.ts';
export * from './gate/texts.ts';
export * from './gate/thresholds.ts';
export * from './gate/unnamed.ts';
export * from './jobs.ts';
export * from './labels.ts';
export {
  message,
  sayStored,
  type ClientFault,
  type LabelsFault,
  type LoginMessage,
  type Message,
  type UploadFault,
} from './messages/catalogue.ts';
export { errors } from './messages/errors.ts';
export { toFieldFault } from './messages/fields.ts';
export { importReasonNames, importReasons, type ImportReason } from './messages/import-reasons.ts';
export {
  ingestReasons,
  ingestVerdicts,
  type IngestReason,
  type IngestVerdict,
} from './messages/ingest-reasons.ts';
export {
  problem,
  spokenMessage,
  storedMessage,
  type Problem,
  type StoredMessage,
} from './messages/stored.ts';
export { newestReceiptFormat, receiptStatement } from './receipts.ts';
export * from './roles.ts';
export * from './api/routes.ts';
export { locales, type Locale } from './locale.ts';
export * from './states.ts';
