export * from './audit.ts';
export * from './compute.ts';
export * from './dto.ts';
export * from './errors.ts';
export * from './evidence.ts';
export * from './gate-findings.ts';
export * from './gate-names.ts';
export * from './gate-plots.ts';
export * from './gate-reasons.ts';
export * from './gate-texts.ts';
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
export { spokenMessage, storedMessage, type StoredMessage } from './messages/stored.ts';
export * from './roles.ts';
export * from './routes.ts';
export * from './states.ts';
export * from './thresholds.ts';
