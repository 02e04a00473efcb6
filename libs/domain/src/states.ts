import { LabError, type StateTable, type Transition } from '@scapis/contracts';

/**
 * The one way a state moves: looks the step up in its table.
 * @returns the transition, whose `event` the caller writes to the audit log in the same
 * transaction.
 * @throws LabError wrong_state when the table has no such step.
 */
export function transition<State extends string>(
  table: StateTable<State>,
  from: State,
  to: State,
): Transition<State> {
  const way = table[from].find((each) => each.to === to);
  if (way === undefined) throw new LabError('wrong_state', { details: { from, to } });
  return way;
}
