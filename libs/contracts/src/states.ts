import type { AuditEventType } from './audit.ts';
import type { Action } from './roles.ts';

/**
 * One way out of a state: where it leads, which act moves it ('system': the lab itself), and the
 * audit event it writes.
 */
export interface Transition<State extends string> {
  to: State;
  by: Action | 'system';
  event: AuditEventType;
}
/**
 * A state machine as a total table: each state answers which ways lead out of it; an empty list
 * marks a final state.
 */
export type StateTable<State extends string> = Record<State, readonly Transition<State>[]>;

export const applicationStates = [
  'draft',
  'submitted',
  'returned',
  'approved',
  'rejected',
  'withdrawn',
] as const;
export type ApplicationState = (typeof applicationStates)[number];
export const applicationTransitions: StateTable<ApplicationState> = {
  draft: [
    { to: 'submitted', by: 'application:submit', event: 'application.submitted' },
    { to: 'withdrawn', by: 'application:withdraw', event: 'application.withdrawn' },
  ],
  submitted: [
    { to: 'returned', by: 'application:return', event: 'application.returned' },
    { to: 'approved', by: 'application:vote', event: 'application.approved' },
    { to: 'rejected', by: 'application:vote', event: 'application.rejected' },
    { to: 'withdrawn', by: 'application:withdraw', event: 'application.withdrawn' },
  ],
  returned: [
    { to: 'submitted', by: 'application:submit', event: 'application.submitted' },
    { to: 'withdrawn', by: 'application:withdraw', event: 'application.withdrawn' },
  ],
  approved: [],
  rejected: [],
  withdrawn: [],
};

export const datasetVersionStates = [
  'empty',
  'quarantined',
  'ingesting',
  'checked',
  'approved',
  'rejected',
  'failed',
] as const;
export type DatasetVersionState = (typeof datasetVersionStates)[number];
export const datasetVersionTransitions: StateTable<DatasetVersionState> = {
  empty: [{ to: 'quarantined', by: 'dataset:ingest', event: 'dataset.uploaded' }],
  quarantined: [
    { to: 'ingesting', by: 'system', event: 'dataset.ingest-started' },
    { to: 'failed', by: 'system', event: 'dataset.ingest-failed' },
  ],
  ingesting: [
    { to: 'checked', by: 'system', event: 'dataset.checked' },
    { to: 'failed', by: 'system', event: 'dataset.ingest-failed' },
  ],
  checked: [
    { to: 'approved', by: 'dataset:approve', event: 'dataset.approved' },
    { to: 'rejected', by: 'dataset:approve', event: 'dataset.rejected' },
  ],
  approved: [],
  rejected: [],
  failed: [],
};

export const runStates = ['queued', 'running', 'completed', 'cancelled', 'failed'] as const;
export type RunState = (typeof runStates)[number];
export const trainingRunTransitions: StateTable<RunState> = {
  queued: [
    { to: 'running', by: 'system', event: 'training.started' },
    { to: 'cancelled', by: 'training:cancel', event: 'training.cancelled' },
    { to: 'failed', by: 'system', event: 'training.failed' },
  ],
  running: [
    { to: 'completed', by: 'system', event: 'training.completed' },
    { to: 'cancelled', by: 'training:cancel', event: 'training.cancelled' },
    { to: 'failed', by: 'system', event: 'training.failed' },
  ],
  completed: [],
  cancelled: [],
  failed: [],
};

export const ensembleStates = ['training', 'choosing', 'completed', 'cancelled', 'failed'] as const;
export type EnsembleState = (typeof ensembleStates)[number];
export const ensembleTransitions: StateTable<EnsembleState> = {
  training: [
    { to: 'choosing', by: 'system', event: 'ensemble.trained' },
    { to: 'cancelled', by: 'training:cancel', event: 'ensemble.cancelled' },
    { to: 'failed', by: 'system', event: 'ensemble.failed' },
  ],
  choosing: [
    { to: 'completed', by: 'system', event: 'ensemble.completed' },
    { to: 'cancelled', by: 'training:cancel', event: 'ensemble.cancelled' },
    { to: 'failed', by: 'system', event: 'ensemble.failed' },
  ],
  completed: [],
  cancelled: [],
  failed: [],
};

export const generatorImportStates = [
  'declared',
  'quarantined',
  'accepted',
  'turned-down',
  'failed',
] as const;
export type GeneratorImportState = (typeof generatorImportStates)[number];
export const generatorImportTransitions: StateTable<GeneratorImportState> = {
  declared: [{ to: 'quarantined', by: 'generator:import', event: 'generator.uploaded' }],
  quarantined: [
    { to: 'accepted', by: 'system', event: 'generator.accepted' },
    { to: 'turned-down', by: 'system', event: 'generator.turned-down' },
    { to: 'failed', by: 'system', event: 'generator.check-failed' },
  ],
  accepted: [],
  'turned-down': [],
  failed: [],
};

export const cohortVersionStates = [
  'synthesising',
  'draft',
  'gating',
  'passed',
  'refused',
  'overridden',
  'in-review',
  'packing',
  'released',
  'rejected',
  'withdrawn',
  'failed',
] as const;
export type CohortVersionState = (typeof cohortVersionStates)[number];
export const cohortVersionTransitions: StateTable<CohortVersionState> = {
  synthesising: [
    { to: 'draft', by: 'system', event: 'synthesis.completed' },
    { to: 'failed', by: 'system', event: 'synthesis.failed' },
  ],
  draft: [{ to: 'gating', by: 'gate:run', event: 'gate.requested' }],
  gating: [
    { to: 'passed', by: 'system', event: 'gate.passed' },
    { to: 'refused', by: 'system', event: 'gate.refused' },
    { to: 'draft', by: 'system', event: 'gate.failed' },
  ],
  passed: [
    { to: 'in-review', by: 'release:submit', event: 'release.submitted' },
    // Another cohort of the dataset has left since: who holds both holds images that were not
    // judged together.
    { to: 'gating', by: 'gate:run', event: 'gate.requested' },
  ],
  // Two people have signed that it may be reviewed in spite of the privacy checks that it failed.
  overridden: [{ to: 'in-review', by: 'release:submit', event: 'release.submitted' }],
  'in-review': [
    { to: 'packing', by: 'release:vote', event: 'release.approved' },
    { to: 'rejected', by: 'release:vote', event: 'release.rejected' },
    { to: 'gating', by: 'gate:run', event: 'gate.requested' },
  ],
  packing: [{ to: 'released', by: 'system', event: 'release.released' }],
  released: [{ to: 'withdrawn', by: 'release:withdraw', event: 'release.withdrawn' }],
  refused: [{ to: 'overridden', by: 'release:override', event: 'release.overridden' }],
  rejected: [],
  withdrawn: [],
  failed: [],
};

export const permitStates = ['active', 'expired', 'revoked'] as const;
export type PermitState = (typeof permitStates)[number];

export const voteDecisions = ['approve', 'reject'] as const;
export type VoteDecision = (typeof voteDecisions)[number];
/**
 * How many people must decide alike, each without seeing the other's vote (Five Safes: safe
 * outputs; OpenSAFELY's two checkers).
 */
export const votesNeeded = 2;
/**
 * How many people must sign, each with a reason of his own, before a failed privacy check is
 * overridden.
 */
export const overrideSignaturesNeeded = 2;
