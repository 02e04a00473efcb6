import type {
  applicationStates,
  cohortVersionStates,
  datasetVersionStates,
  ensembleStates,
  generatorImportStates,
  permitStates,
  runStates,
} from '@scapis/contracts';

/** A state of anything that a page shows. */
export type AnyState =
  | (typeof applicationStates)[number]
  | (typeof cohortVersionStates)[number]
  | (typeof datasetVersionStates)[number]
  | (typeof ensembleStates)[number]
  | (typeof generatorImportStates)[number]
  | (typeof permitStates)[number]
  | (typeof runStates)[number];

export const statesMessages = {
  states: {
    draft: 'draft',
    submitted: 'sent in',
    returned: 'returned',
    approved: 'approved',
    rejected: 'rejected',
    withdrawn: 'withdrawn',
    empty: 'empty',
    quarantined: 'in quarantine',
    ingesting: 'being taken in',
    checked: 'ready to look at',
    failed: 'failed',
    queued: 'queued',
    running: 'running',
    training: 'training',
    choosing: 'choosing members',
    completed: 'complete',
    cancelled: 'cancelled',
    synthesising: 'being drawn',
    gating: 'in the gate',
    passed: 'passed the gate',
    refused: 'refused by the gate',
    'in-review': 'in review',
    packing: 'being packed',
    released: 'released',
    declared: 'declared',
    accepted: 'accepted',
    'turned-down': 'turned down',
    active: 'in force',
    expired: 'expired',
    revoked: 'revoked',
    overridden: 'gate overridden',
  } satisfies Record<AnyState, string>,
};
