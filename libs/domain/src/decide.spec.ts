import { actionNames, actions, roles, type Action } from '@scapis/contracts';
import { describe, expect, it } from 'vitest';
import { decide, permitState, type Actor, type Resource } from './decide.ts';

const now = new Date('2026-06-01T12:00:00Z');
const me: Actor = { personId: 'me', roles: [...roles] };

/** A resource in which each act is allowed; a test breaks one fact at a time. */
function resourceFor(action: Action): Resource {
  const state =
    action === 'application:edit' ||
    action === 'application:submit' ||
    action === 'application:withdraw'
      ? 'draft'
      : 'submitted';
  const isMine = ![
    'application:vote',
    'application:return',
    'release:vote',
    'release:override',
    'dataset:approve',
  ].includes(action);
  const cohortState = {
    'gate:run': 'draft',
    'release:override': 'refused',
    'release:submit': 'passed',
    'release:vote': 'in-review',
    'release:withdraw': 'released',
  } as const;
  return {
    application: {
      id: 'a',
      state,
      applicantId: isMine ? 'me' : 'other',
      memberIds: [],
      missing: [],
      votesCast: 0,
    },
    permit: {
      id: 'p',
      validFrom: new Date('2026-01-01'),
      validUntil: new Date('2027-01-01'),
      revokedAt: null,
      personIds: isMine ? ['me'] : ['other'],
      datasetIds: ['d'],
      signedIds: action === 'permit:sign' ? [] : ['me'],
    },
    datasetId: 'd',
    datasetVersion: {
      id: 'dv',
      state:
        action === 'dataset:approve'
          ? 'checked'
          : action === 'dataset:ingest'
            ? 'empty'
            : 'approved',
      uploadedById: 'other',
    },
    trainingRun: { id: 't', state: 'running', requestedById: 'me' },
    generatorImport: { id: 'g', state: 'declared' },
    cohortVersion: {
      id: 'c',
      state: action in cohortState ? cohortState[action as keyof typeof cohortState] : 'released',
      authorId: isMine ? 'me' : 'other',
      gateVerdict:
        action === 'gate:run' ? null : action === 'release:override' ? 'refused' : 'passed',
      isVerdictStale: false,
    },
    override: { gateRunId: 'gr', overridable: ['copy-pixel'], final: [], signedIds: ['another'] },
    generators: { areReady: true },
    review: { id: 'r', isOpen: true, hasMyVote: false },
  };
}

describe('decide', () => {
  it.each(actionNames)('%s: allowed when every condition holds', (action) => {
    const { allowed, conditions } = decide({
      action,
      actor: me,
      resource: resourceFor(action),
      now,
    });
    expect(conditions.filter((each) => !each.met)).toEqual([]);
    expect(allowed).toBe(true);
  });

  it.each(actionNames)('%s: refused to nobody and to everybody without its role', (action) => {
    expect(decide({ action, actor: null, resource: resourceFor(action), now }).allowed).toBe(false);
    if (actions[action].length > 0) {
      const outsiders = roles.filter(
        (role) => !(actions[action] as readonly string[]).includes(role),
      );
      expect(
        decide({
          action,
          actor: { personId: 'me', roles: outsiders },
          resource: resourceFor(action),
          now,
        }).allowed,
      ).toBe(false);
    }
  });

  const refusals: [Action, string, (resource: Resource) => void][] = [
    [
      'application:edit',
      'is-applicant',
      (s) => {
        s.application!.applicantId = 'other';
      },
    ],
    [
      'application:edit',
      'state-allows',
      (s) => {
        s.application!.state = 'submitted';
      },
    ],
    [
      'application:submit',
      'form-complete',
      (s) => {
        s.application!.missing = ['title'];
      },
    ],
    [
      'application:vote',
      'not-team-mate',
      (s) => {
        s.application!.memberIds = ['me'];
      },
    ],
    [
      'application:vote',
      'not-voted',
      (s) => {
        s.review!.hasMyVote = true;
      },
    ],
    [
      'application:return',
      'nobody-voted',
      (s) => {
        s.application!.votesCast = 1;
      },
    ],
    [
      'permit:sign',
      'permit-names-person',
      (s) => {
        s.permit!.personIds = ['other'];
      },
    ],
    [
      'permit:sign',
      'not-signed',
      (s) => {
        s.permit!.signedIds = ['me'];
      },
    ],
    [
      'permit:revoke',
      'permit-not-revoked',
      (s) => {
        s.permit!.revokedAt = now;
      },
    ],
    [
      'dataset:approve',
      'not-uploader',
      (s) => {
        s.datasetVersion!.uploadedById = 'me';
      },
    ],
    [
      'training:create',
      'dataset-approved',
      (s) => {
        s.datasetVersion!.state = 'checked';
      },
    ],
    [
      'training:create',
      'permit-names-dataset',
      (s) => {
        s.datasetId = 'another';
      },
    ],
    [
      'training:create',
      'terms-signed',
      (s) => {
        s.permit!.signedIds = [];
      },
    ],
    [
      'training:cancel',
      'state-allows',
      (s) => {
        s.trainingRun!.state = 'completed';
      },
    ],
    [
      'generator:import',
      'dataset-approved',
      (s) => {
        s.datasetVersion!.state = 'checked';
      },
    ],
    [
      'generator:import',
      'state-allows',
      (s) => {
        s.generatorImport!.state = 'accepted';
      },
    ],
    [
      'cohort:create',
      'generator-ready',
      (s) => {
        s.generators!.areReady = false;
      },
    ],
    [
      'gate:run',
      'state-allows',
      (s) => {
        s.cohortVersion!.state = 'gating';
      },
    ],
    [
      'gate:run',
      'gate-needed',
      (s) => {
        s.cohortVersion = { ...s.cohortVersion!, state: 'passed', gateVerdict: 'passed' };
      },
    ],
    [
      'gate:run',
      'gate-needed',
      (s) => {
        s.cohortVersion = {
          ...s.cohortVersion!,
          state: 'in-review',
          gateVerdict: 'passed-method-development-only',
        };
      },
    ],
    [
      'gate:run',
      'gate-needed',
      (s) => {
        s.cohortVersion = {
          ...s.cohortVersion!,
          state: 'in-review',
          gateVerdict: 'refused',
          isVerdictStale: true,
        };
        s.override!.signedIds = ['one', 'another'];
      },
    ],
    [
      'release:submit',
      'gate-not-overtaken',
      (s) => {
        s.cohortVersion!.isVerdictStale = true;
      },
    ],
    [
      'release:vote',
      'gate-not-overtaken',
      (s) => {
        s.cohortVersion!.isVerdictStale = true;
      },
    ],
    [
      'release:submit',
      'gate-passed',
      (s) => {
        s.cohortVersion!.gateVerdict = 'refused';
      },
    ],
    [
      'release:override',
      'not-own',
      (s) => {
        s.cohortVersion!.authorId = 'me';
      },
    ],
    [
      'release:override',
      'not-team-mate',
      (s) => {
        s.application!.memberIds = ['me'];
      },
    ],
    [
      'release:override',
      'state-allows',
      (s) => {
        s.cohortVersion!.state = 'overridden';
      },
    ],
    [
      'release:override',
      'privacy-check-failed',
      (s) => {
        s.override!.overridable = [];
      },
    ],
    [
      'release:override',
      'privacy-check-failed',
      (s) => {
        s.cohortVersion!.gateVerdict = 'void';
      },
    ],
    [
      'release:override',
      'checks-made',
      (s) => {
        s.override!.final = ['copy-contrastive'];
      },
    ],
    [
      'release:override',
      'not-overridden-by-me',
      (s) => {
        s.override!.signedIds = ['me'];
      },
    ],
    [
      'release:vote',
      'not-own',
      (s) => {
        s.cohortVersion!.authorId = 'me';
      },
    ],
    [
      'release:vote',
      'not-team-mate',
      (s) => {
        s.permit!.personIds = ['me'];
      },
    ],
    [
      'cohort:download',
      'cohort-released',
      (s) => {
        s.cohortVersion!.state = 'withdrawn';
      },
    ],
    [
      'cohort:download',
      'permit-not-revoked',
      (s) => {
        s.permit!.revokedAt = now;
      },
    ],
    [
      'cohort:download',
      'permit-not-expired',
      (s) => {
        s.permit!.validUntil = new Date('2026-05-31');
      },
    ],
    [
      'cohort:download',
      'permit-active',
      (s) => {
        s.permit!.validFrom = new Date('2026-07-01');
      },
    ],
    [
      'cohort:download',
      'permit-names-person',
      (s) => {
        s.permit!.personIds = [];
      },
    ],
  ];
  it.each(refusals)('%s: says %s when that alone fails', (action, code, spoil) => {
    const resource = resourceFor(action);
    spoil(resource);
    const decision = decide({ action, actor: me, resource, now });
    expect(decision.allowed).toBe(false);
    expect(decision.conditions.filter((each) => !each.met).map((each) => each.code)).toEqual([
      code,
    ]);
  });

  it('lets a refused version be submitted once two people have signed, not before, and one person is never two', () => {
    const resource = resourceFor('release:submit');
    resource.cohortVersion = {
      ...resource.cohortVersion!,
      state: 'overridden',
      gateVerdict: 'refused',
    };
    const mayWith = (...signedIds: string[]): boolean =>
      decide({
        action: 'release:submit',
        actor: me,
        resource: { ...resource, override: { ...resource.override!, signedIds } },
        now,
      }).allowed;
    expect([mayWith(), mayWith('a'), mayWith('a', 'a'), mayWith('a', 'b')]).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });

  it.each(['passed', 'in-review'] as const)(
    'lets the gate judge a version anew that is %s once another has left',
    (state) => {
      const resource = resourceFor('gate:run');
      resource.cohortVersion = {
        ...resource.cohortVersion!,
        state,
        gateVerdict: 'passed',
        isVerdictStale: true,
      };
      expect(decide({ action: 'gate:run', actor: me, resource, now }).allowed).toBe(true);
    },
  );

  it('reads a missing part as a fault, not as a refusal', () => {
    expect(() => decide({ action: 'cohort:download', actor: me, resource: {}, now })).toThrow(
      'resource.cohortVersion',
    );
  });

  it('shows a project to its team and to staff, and to no one else', () => {
    const resource = resourceFor('application:read');
    const stranger: Actor = { personId: 'stranger', roles: ['applicant', 'pilot'] };
    expect(decide({ action: 'application:read', actor: stranger, resource, now }).allowed).toBe(
      false,
    );
    expect(
      decide({
        action: 'application:read',
        actor: { ...stranger, roles: ['auditor'] },
        resource,
        now,
      }).allowed,
    ).toBe(true);
  });
});

describe('permitState', () => {
  it('knows expiry without an event, and revocation before expiry', () => {
    expect(permitState({ validUntil: new Date('2026-06-02'), revokedAt: null }, now)).toBe(
      'active',
    );
    expect(permitState({ validUntil: new Date('2026-05-01'), revokedAt: null }, now)).toBe(
      'expired',
    );
    expect(permitState({ validUntil: new Date('2026-05-01'), revokedAt: now }, now)).toBe(
      'revoked',
    );
  });
});
