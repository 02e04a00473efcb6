import type { Condition, ConditionCode, Decision } from '@scapis/contracts';
import { describe, expect, it } from 'vitest';
import { conditionsIn, findDecision, isAllowed, toOffer } from './decisions.ts';

const condition = (code: ConditionCode, met: boolean): Condition => ({
  code,
  met,
  source: null,
  params: {},
});
const decision = (...conditions: Condition[]): Decision => ({
  action: 'application:vote',
  allowed: conditions.every((each) => each.met),
  conditions,
});

describe('how a page treats an act', () => {
  it('offers what is allowed, whatever the conditions say', () => {
    expect(toOffer(decision(condition('signed-in', true), condition('not-voted', true)))).toBe(
      'allowed',
    );
  });

  it('explains what this person lacks', () => {
    expect(toOffer(decision(condition('has-role', true), condition('not-team-mate', false)))).toBe(
      'explained',
    );
    expect(
      toOffer(decision(condition('terms-signed', false), condition('permit-not-expired', false))),
    ).toBe('explained');
  });

  it("hides another role's acts and those with no place in the present state", () => {
    expect(toOffer(decision(condition('has-role', false)))).toBe('hidden');
    expect(toOffer(decision(condition('state-allows', false), condition('not-voted', false)))).toBe(
      'hidden',
    );
  });

  it('offers nothing that the lab did not send', () => {
    expect(toOffer(findDecision([decision()], 'permit:revoke'))).toBe('hidden');
    expect(isAllowed([decision()], 'permit:revoke')).toBe(false);
    expect(isAllowed([decision()], 'application:vote')).toBe(true);
  });
});

describe('the conditions of a refused call', () => {
  it('are the unmet ones, from a list or from a decision', () => {
    const [met, unmet] = [condition('signed-in', true), condition('terms-signed', false)];
    expect(conditionsIn([met, unmet])).toEqual([unmet]);
    expect(conditionsIn(decision(met, unmet))).toEqual([unmet]);
  });

  it('are none where the details hold something else', () => {
    expect([
      conditionsIn(undefined),
      conditionsIn('text'),
      conditionsIn([{ path: ['title'], message: 'short' }, null]),
    ]).toEqual([[], [], []]);
  });
});
