import type { Schemas } from '@scapis/client';
import type { TFunction } from 'i18next';
import type { Step } from '../../ui/stepper.tsx';

type State = Schemas['CohortVersion']['state'];
const order = [
  'synthesising',
  'draft',
  'gating',
  'passed',
  'in-review',
  'packing',
  'released',
] as const;
/** Where on the way each bad end stands, so that the track breaks off at the right place. */
const brokenAt: Partial<Record<State, (typeof order)[number]>> = {
  failed: 'synthesising',
  refused: 'passed',
  rejected: 'packing',
  withdrawn: 'released',
};

/** The way of a cohort version from drawing to release, as it stands. */
export function toSteps(cohort: { state: State; isOverridden: boolean }, t: TFunction): Step[] {
  const broken = brokenAt[cohort.state];
  // Overridden stands where passed would, and stays there by its own name: that cohort never
  // passed.
  const at = cohort.state === 'overridden' ? 'passed' : cohort.state;
  const reached =
    broken === undefined ? order.findIndex((step) => step === at) : order.indexOf(broken);
  return order.map((step, index) => ({
    key: step,
    label:
      broken !== undefined && index === reached
        ? t(`states.${cohort.state}`)
        : step === 'passed' && cohort.isOverridden
          ? t('states.overridden')
          : t(`cohort.steps.${step}`),
    status:
      index < reached || (cohort.state === 'released' && index === reached)
        ? 'done'
        : index > reached
          ? 'later'
          : broken === undefined
            ? 'now'
            : 'failed',
  }));
}
