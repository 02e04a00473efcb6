/** Every event that the audit log can hold. Each is written in the same transaction as the change it tells of. */
export const auditEventTypes = [
  'session.opened', 'session.closed',
  'application.created', 'application.edited', 'application.member-added', 'application.member-removed', 'application.document-added',
  'application.submitted', 'application.returned', 'application.withdrawn', 'application.voted', 'application.approved', 'application.rejected',
  'permit.granted', 'permit.terms-signed', 'permit.revoked',
  'dataset.created', 'dataset.version-created', 'dataset.uploaded', 'dataset.ingest-started', 'dataset.checked', 'dataset.approved', 'dataset.rejected', 'dataset.ingest-failed',
  'dataset.thresholds-set',
  'training.requested', 'training.started', 'training.memorised', 'training.fell-back', 'training.completed', 'training.cancelled', 'training.failed',
  'ensemble.requested', 'ensemble.trained', 'ensemble.completed', 'ensemble.cancelled', 'ensemble.failed',
  'privacy.reserved', 'privacy.settled',
  'generator.declared', 'generator.uploaded', 'generator.accepted', 'generator.turned-down', 'generator.check-failed',
  'synthesis.requested', 'synthesis.completed', 'synthesis.failed',
  'gate.requested', 'gate.passed', 'gate.refused', 'gate.failed', 'gate.pairs-viewed',
  'release.override-signed', 'release.overridden',
  'release.submitted', 'release.voted', 'release.approved', 'release.rejected', 'release.released', 'release.withdrawn',
  'download.opened', 'download.completed', 'download.refused', 'receipt.issued',
  'audit.verified',
] as const;
export type AuditEventType = (typeof auditEventTypes)[number];

/** Kinds of thing that audit rows, provenance edges and notifications point to. */
export const objectKinds = [
  'person', 'application', 'permit', 'terms', 'dataset', 'dataset-version', 'training-run', 'ensemble', 'checkpoint', 'generator-import', 'generator',
  'synthesis-run', 'cohort', 'cohort-version', 'gate-run', 'review', 'download', 'receipt', 'session', 'audit',
  'threshold-version', 'override',
] as const;
export type ObjectKind = (typeof objectKinds)[number];

/** Relations of W3C PROV-DM (2013) that the lab records; `from` relation `to`, e.g. generator wasGeneratedBy training-run. */
export const provenanceRelations = ['wasDerivedFrom', 'wasGeneratedBy', 'used', 'wasAssociatedWith', 'wasAttributedTo', 'wasInformedBy'] as const;
export type ProvenanceRelation = (typeof provenanceRelations)[number];

/** Kinds of message to a person; the sentence is written by the page in the person's language from `notifications.<kind>`. */
export const notificationKinds = [
  'application.submitted', 'application.returned', 'application.approved', 'application.rejected', 'permit.revoked', 'permit.terms-to-sign',
  'dataset.checked', 'dataset.failed', 'training.completed', 'training.memorised', 'training.failed', 'ensemble.completed', 'ensemble.failed', 'generator.accepted', 'generator.turned-down', 'gate.passed', 'gate.refused', 'gate.failed', 'gate.overtaken',
  'release.submitted', 'release.released', 'release.rejected', 'release.withdrawn',
  'release.override-signed', 'release.overridden',
] as const;
export type NotificationKind = (typeof notificationKinds)[number];
