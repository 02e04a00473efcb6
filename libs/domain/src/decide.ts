import {
  actions,
  applicationTransitions,
  cohortVersionTransitions,
  datasetVersionTransitions,
  generatorImportTransitions,
  staffRoles,
  trainingRunTransitions,
  type Action,
  type ApplicationState,
  type CohortVersionState,
  type Condition,
  type ConditionCode,
  type DatasetVersionState,
  type Decision,
  type GateCheck,
  type GateVerdict,
  type GeneratorImportState,
  type ObjectKind,
  type PermitState,
  type Role,
  type RunState,
  type StateTable,
} from '@scapis/contracts';
import { isOverriddenBy, isReleasable } from './gate-rules.ts';

/** Who asks. `null` stands for nobody signed in. */
export interface Actor {
  personId: string;
  roles: readonly Role[];
}

/**
 * What the decision is about, as far as it is known; each act names below which of these it needs.
 * Ids only, read in the same transaction.
 */
export interface Resource {
  application?: {
    id: string;
    state: ApplicationState;
    applicantId: string;
    memberIds: readonly string[];
    missing: readonly string[];
    votesCast: number;
  };
  permit?: {
    id: string;
    validFrom: Date;
    validUntil: Date;
    revokedAt: Date | null;
    personIds: readonly string[];
    datasetIds: readonly string[];
    signedIds: readonly string[];
  };
  /** The dataset whose use is asked for, where a permit must name it. */
  datasetId?: string;
  datasetVersion?: { id: string; state: DatasetVersionState; uploadedById: string | null };
  trainingRun?: { id: string; state: RunState; requestedById: string };
  generatorImport?: { id: string; state: GeneratorImportState };
  /**
   * `isVerdictStale`: another cohort of the same dataset was released, or is being packed, that its
   * newest gate run did not consider.
   */
  cohortVersion?: {
    id: string;
    state: CohortVersionState;
    authorId: string;
    gateVerdict: GateVerdict | null;
    isVerdictStale: boolean;
  };
  /** What refused the cohort version, and who has signed that it may be reviewed all the same. */
  override?: {
    gateRunId: string | null;
    overridable: readonly GateCheck[];
    final: readonly GateCheck[];
    signedIds: readonly string[];
  };
  /**
   * Generators asked for, with whether each comes from a completed run, or an accepted import, of
   * this permit's project.
   */
  generators?: { areReady: boolean };
  review?: { id: string; isOpen: boolean; hasMyVote: boolean };
}

export interface Question {
  action: Action;
  actor: Actor | null;
  resource: Resource;
  now: Date;
}

/**
 * The one answer to "may this person do this to that now?": every condition of the act, met or not,
 * with where that is known from. Lists, pages, job starts and each byte range of a download ask
 * this same function. Pure: no clock, no I/O.
 * @throws Error when the resource lacks what the act needs: a fault in the caller, so it must not
 * read as a refusal.
 */
export function decide(question: Question): Decision {
  const conditions = [
    ...roleConditions(question.action, question.actor),
    ...conditionsOf[question.action](new Facts(question)),
  ];
  return { action: question.action, allowed: conditions.every((each) => each.met), conditions };
}

/**
 * The role alone: signed in, with a role that the act requires. The gateway asks this before a
 * request reaches the lab, which then asks `decide`.
 */
export function decideRole(action: Action, actor: Actor | null): Decision {
  const conditions = roleConditions(action, actor);
  return { action, allowed: conditions.every((each) => each.met), conditions };
}

/** Everyone behind a project, some perhaps twice. */
export function teamOf({
  application,
  permit,
}: Pick<Resource, 'permit'> & Required<Pick<Resource, 'application'>>): string[] {
  return [application.applicantId, ...application.memberIds, ...(permit?.personIds ?? [])];
}

/** State of a permit at a moment; expiry is no event that someone must remember to write. */
export function permitState(
  permit: { validUntil: Date; revokedAt: Date | null },
  now: Date,
): PermitState {
  if (permit.revokedAt !== null) return 'revoked';
  return now.getTime() > permit.validUntil.getTime() ? 'expired' : 'active';
}

/** Staff see every project's case; by that alone they may do nothing in it. */
export function isStaff(actor: Actor | null): boolean {
  return (
    actor !== null && actor.roles.some((role) => (staffRoles as readonly Role[]).includes(role))
  );
}

function roleConditions(action: Action, actor: Actor | null): Condition[] {
  const wanted: readonly Role[] = actions[action];
  const signedIn: Condition = { code: 'signed-in', met: actor !== null, source: null, params: {} };
  if (wanted.length === 0) return [signedIn];
  return [
    signedIn,
    {
      code: 'has-role',
      met: actor !== null && wanted.some((role) => actor.roles.includes(role)),
      source: null,
      params: { roles: wanted.join(', ') },
    },
  ];
}

/**
 * What each act asks beyond its role. `[]` is a decision too: the role alone suffices, or the rows
 * a person sees are already their own.
 */
const conditionsOf: Record<Action, (facts: Facts) => Condition[]> = {
  'application:create': () => [],
  'application:read': (facts) => [facts.isMemberOrStaff()],
  'application:edit': (facts) => [facts.isApplicant(), facts.applicationIsIn('draft', 'returned')],
  'application:submit': (facts) => [
    facts.isApplicant(),
    facts.moves('application', applicationTransitions),
    facts.formIsComplete(),
  ],
  'application:withdraw': (facts) => [
    facts.isApplicant(),
    facts.moves('application', applicationTransitions),
  ],
  'application:return': (facts) => [
    facts.moves('application', applicationTransitions),
    facts.isOutsider(),
    facts.nobodyVoted(),
  ],
  'application:vote': (facts) => [
    facts.moves('application', applicationTransitions),
    facts.isOutsider(),
    facts.hasNotVoted(),
  ],
  'permit:read': (facts) => [facts.isMemberOrStaff()],
  'permit:sign': (facts) => [
    facts.permitNamesPerson(),
    ...facts.permitIsInForce(),
    facts.hasNotSigned(),
  ],
  'permit:revoke': (facts) => [facts.permitNotRevoked()],
  'dataset:create': () => [],
  'dataset:read': () => [],
  'dataset:ingest': (facts) =>
    facts.resource.datasetVersion === undefined
      ? []
      : [facts.moves('dataset-version', datasetVersionTransitions)],
  'dataset:inspect': () => [],
  'dataset:approve': (facts) => [
    facts.moves('dataset-version', datasetVersionTransitions),
    facts.isNotUploader(),
  ],
  'thresholds:set': () => [],
  'training:create': (facts) => [...facts.permitAllowsUse(), facts.datasetIsApproved()],
  'training:read': (facts) => [facts.isMemberOrStaff()],
  'training:cancel': (facts) => [
    facts.isMemberOrAdmin(),
    facts.moves('training-run', trainingRunTransitions),
  ],
  'generator:import': (facts) => [
    ...facts.permitAllowsUse(),
    facts.datasetIsApproved(),
    ...(facts.resource.generatorImport === undefined
      ? []
      : [facts.moves('generator-import', generatorImportTransitions)]),
  ],
  'generator:read': (facts) => [facts.isMemberOrStaff()],
  'sheet:view': () => [],
  'cohort:create': (facts) => [...facts.permitAllowsUse(), facts.generatorsAreReady()],
  'cohort:read': (facts) => [facts.isMemberOrStaff()],
  'gate:run': (facts) => [
    ...facts.permitAllowsUse(),
    facts.moves('cohort-version', cohortVersionTransitions),
    facts.needsGate(),
  ],
  'gate:read': (facts) => [facts.isMemberOrStaff()],
  'pairs:view': () => [],
  'release:override': (facts) => [
    facts.moves('cohort-version', cohortVersionTransitions),
    facts.isOutsider(),
    facts.isNotAuthor(),
    facts.privacyCheckFailed(),
    facts.checksWereMade(),
    facts.hasNotOverridden(),
  ],
  'release:submit': (facts) => [
    ...facts.permitAllowsUse(),
    facts.gatePassed(),
    facts.verdictIsNotStale(),
    facts.moves('cohort-version', cohortVersionTransitions),
  ],
  'release:vote': (facts) => [
    facts.moves('cohort-version', cohortVersionTransitions),
    facts.verdictIsNotStale(),
    facts.isOutsider(),
    facts.isNotAuthor(),
    facts.hasNotVoted(),
  ],
  'release:withdraw': (facts) => [facts.moves('cohort-version', cohortVersionTransitions)],
  'cohort:download': (facts) => [facts.cohortIsReleased(), ...facts.permitAllowsUse()],
  'receipt:read': () => [],
  'audit:read': () => [],
  'provenance:read': () => [],
  'system:read': () => [],
};

/**
 * The conditions, each worked out once from the question; a missing part of the resource is a fault
 * in the caller.
 */
class Facts {
  readonly resource: Resource;
  readonly #question: Question;

  constructor(question: Question) {
    this.#question = question;
    this.resource = question.resource;
  }

  #need<Part extends keyof Resource>(part: Part): NonNullable<Resource[Part]> {
    const value = this.resource[part];
    if (value === undefined || value === null)
      throw new Error(`${this.#question.action} cannot be decided without resource.${part}`);
    return value;
  }

  get #me(): string | undefined {
    return this.#question.actor?.personId;
  }

  #is(people: readonly (string | null)[]): boolean {
    return this.#me !== undefined && people.includes(this.#me);
  }

  #team(): readonly string[] {
    return teamOf({ application: this.#need('application'), permit: this.resource.permit });
  }

  isMemberOrStaff(): Condition {
    return condition(
      'is-member',
      this.#is(this.#team()) || isStaff(this.#question.actor),
      'application',
      this.#need('application').id,
    );
  }

  isMemberOrAdmin(): Condition {
    const isAdmin = this.#question.actor?.roles.includes('lab-admin') ?? false;
    return condition(
      'is-member',
      this.#is(this.#team()) || isAdmin,
      'application',
      this.#need('application').id,
    );
  }

  isApplicant(): Condition {
    const application = this.#need('application');
    return condition(
      'is-applicant',
      this.#is([application.applicantId]),
      'application',
      application.id,
    );
  }

  /** Never on an own or a team-mate's matter. */
  isOutsider(): Condition {
    return condition(
      'not-team-mate',
      this.#me !== undefined && !this.#is(this.#team()),
      'application',
      this.#need('application').id,
    );
  }

  isNotAuthor(): Condition {
    const version = this.#need('cohortVersion');
    return condition(
      'not-own',
      this.#me !== undefined && !this.#is([version.authorId]),
      'cohort-version',
      version.id,
    );
  }

  isNotUploader(): Condition {
    const version = this.#need('datasetVersion');
    return condition(
      'not-uploader',
      this.#me !== undefined && !this.#is([version.uploadedById]),
      'dataset-version',
      version.id,
    );
  }

  applicationIsIn(...states: ApplicationState[]): Condition {
    const { id, state } = this.#need('application');
    return condition('state-allows', states.includes(state), 'application', id, { state });
  }

  /** The state table has a way out of the present state by this act. */
  moves<State extends string>(
    kind:
      'application' | 'dataset-version' | 'training-run' | 'generator-import' | 'cohort-version',
    table: StateTable<State>,
  ): Condition {
    const parts = {
      application: 'application',
      'dataset-version': 'datasetVersion',
      'training-run': 'trainingRun',
      'generator-import': 'generatorImport',
      'cohort-version': 'cohortVersion',
    } as const;
    const { id, state } = this.#need(parts[kind]);
    const ways = table[state as State];
    return condition(
      'state-allows',
      ways.some((way) => way.by === this.#question.action),
      kind,
      id,
      { state },
    );
  }

  formIsComplete(): Condition {
    const { id, missing } = this.#need('application');
    return condition('form-complete', missing.length === 0, 'application', id, {
      missing: missing.join(', '),
    });
  }

  nobodyVoted(): Condition {
    const { id, votesCast } = this.#need('application');
    return condition('nobody-voted', votesCast === 0, 'application', id);
  }

  hasNotVoted(): Condition {
    const review = this.resource.review;
    if (review === undefined) return condition('not-voted', true, 'review', '');
    return condition('not-voted', review.isOpen && !review.hasMyVote, 'review', review.id);
  }

  hasNotSigned(): Condition {
    const permit = this.#need('permit');
    return condition('not-signed', !this.#is(permit.signedIds), 'permit', permit.id);
  }

  permitNotRevoked(): Condition {
    const permit = this.#need('permit');
    return condition('permit-not-revoked', permit.revokedAt === null, 'permit', permit.id);
  }

  permitNamesPerson(): Condition {
    const permit = this.#need('permit');
    return condition('permit-names-person', this.#is(permit.personIds), 'permit', permit.id);
  }

  permitIsInForce(): Condition[] {
    const permit = this.#need('permit');
    const now = this.#question.now.getTime();
    return [
      this.permitNotRevoked(),
      condition('permit-active', now >= permit.validFrom.getTime(), 'permit', permit.id, {
        from: permit.validFrom.toISOString(),
      }),
      condition('permit-not-expired', now <= permit.validUntil.getTime(), 'permit', permit.id, {
        until: permit.validUntil.toISOString(),
      }),
    ];
  }

  /** All that a permit must say before real images are used or a synthetic one is handed out. */
  permitAllowsUse(): Condition[] {
    const permit = this.#need('permit');
    const datasetId = this.#need('datasetId');
    return [
      this.permitNamesPerson(),
      ...this.permitIsInForce(),
      condition(
        'permit-names-dataset',
        permit.datasetIds.includes(datasetId),
        'dataset',
        datasetId,
      ),
      condition('terms-signed', this.#is(permit.signedIds), 'permit', permit.id),
    ];
  }

  datasetIsApproved(): Condition {
    const version = this.#need('datasetVersion');
    return condition(
      'dataset-approved',
      version.state === 'approved',
      'dataset-version',
      version.id,
      { state: version.state },
    );
  }

  generatorsAreReady(): Condition {
    return condition('generator-ready', this.#need('generators').areReady, null, '');
  }

  gatePassed(): Condition {
    const version = this.#need('cohortVersion');
    const passed = version.gateVerdict !== null && isReleasable[version.gateVerdict];
    return condition(
      'gate-passed',
      passed || isOverriddenBy(this.resource.override?.signedIds ?? []),
      'cohort-version',
      version.id,
      { verdict: version.gateVerdict ?? '' },
    );
  }

  /**
   * A verdict is asked for once, unless it is stale. An override is of one verdict, so no other
   * verdict follows it.
   */
  needsGate(): Condition {
    const { id, gateVerdict, isVerdictStale } = this.#need('cohortVersion');
    const isOverridden = isOverriddenBy(this.resource.override?.signedIds ?? []);
    return condition(
      'gate-needed',
      gateVerdict === null || gateVerdict === 'void' || (isVerdictStale && !isOverridden),
      'cohort-version',
      id,
    );
  }

  verdictIsNotStale(): Condition {
    const { id, isVerdictStale } = this.#need('cohortVersion');
    return condition('gate-not-overtaken', !isVerdictStale, 'cohort-version', id);
  }

  /**
   * A void verdict is no refusal: the gate did not find what it had hidden, so nothing is known and
   * nothing can be set aside.
   */
  privacyCheckFailed(): Condition {
    const { gateVerdict } = this.#need('cohortVersion');
    const { gateRunId, overridable } = this.#need('override');
    return condition(
      'privacy-check-failed',
      gateVerdict === 'refused' && overridable.length > 0,
      'gate-run',
      gateRunId ?? '',
      { verdict: gateVerdict ?? '', checks: overridable.join(', ') },
    );
  }

  /**
   * What was not measured is not known to be safe, so there is nothing that a person could take
   * upon themself.
   */
  checksWereMade(): Condition {
    const { gateRunId, final } = this.#need('override');
    return condition('checks-made', final.length === 0, 'gate-run', gateRunId ?? '', {
      checks: final.join(', '),
    });
  }

  hasNotOverridden(): Condition {
    return condition(
      'not-overridden-by-me',
      !this.#is(this.#need('override').signedIds),
      'cohort-version',
      this.#need('cohortVersion').id,
    );
  }

  cohortIsReleased(): Condition {
    const version = this.#need('cohortVersion');
    return condition(
      'cohort-released',
      version.state === 'released',
      'cohort-version',
      version.id,
      { state: version.state },
    );
  }
}

function condition(
  code: ConditionCode,
  met: boolean,
  kind: ObjectKind | null,
  id: string,
  params: Condition['params'] = {},
): Condition {
  return { code, met, source: kind === null || id === '' ? null : { kind, id }, params };
}
