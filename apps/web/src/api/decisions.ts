import type { Action, Condition, Decision } from '@scapis/contracts';

/**
 * How a page treats an act, from the decision that the lab sent with the object. Nothing else
 * decides.
 * - 'allowed': the button works.
 * - 'explained': the button stands there, disabled, with what is missing.
 * - 'hidden': the act is another role's, or has no place in the present state; a button would only
 * be in the way.
 */
export type Offer = 'allowed' | 'explained' | 'hidden';

/**
 * Conditions that make an act foreign to this person or moment, so that explaining beside a dead
 * button helps nobody.
 */
const silent: ReadonlySet<Condition['code']> = new Set([
  'signed-in',
  'has-role',
  'state-allows',
  'gate-needed',
]);

export function findDecision(decisions: readonly Decision[], action: Action): Decision | undefined {
  return decisions.find((each) => each.action === action);
}

export function toOffer(decision: Decision | undefined): Offer {
  if (!decision) return 'hidden';
  if (decision.allowed) return 'allowed';
  return unmet(decision).some((condition) => silent.has(condition.code)) ? 'hidden' : 'explained';
}

export const isAllowed = (decisions: readonly Decision[], action: Action): boolean =>
  findDecision(decisions, action)?.allowed ?? false;

export const unmet = (decision: Decision): Condition[] =>
  decision.conditions.filter((condition) => !condition.met);

/** The unmet conditions that a refused call carries in `details`, whatever else is there. */
export function conditionsIn(details: unknown): Condition[] {
  const list = Array.isArray(details)
    ? details
    : typeof details === 'object' && details !== null && 'conditions' in details
      ? details.conditions
      : [];
  return Array.isArray(list) ? list.filter(isCondition).filter((condition) => !condition.met) : [];
}

function isCondition(value: unknown): value is Condition {
  return (
    typeof value === 'object' &&
    value !== null &&
    'code' in value &&
    typeof value.code === 'string' &&
    'met' in value &&
    'params' in value
  );
}
