import type { Schemas } from '@scapis/client';
import type { TFunction } from 'i18next';
import type { Step } from '../../ui/stepper.tsx';

type Application = Schemas['Application'];

/** The way of an application from the form to access, as it stands. */
export function toSteps(
  application: Application,
  format: (at: string) => string,
  t: TFunction,
): Step[] {
  const { state } = application;
  const isOpen = state === 'draft' || state === 'returned';
  const decision: Step['status'] =
    state === 'submitted'
      ? 'now'
      : state === 'approved'
        ? 'done'
        : state === 'rejected' || state === 'withdrawn'
          ? 'failed'
          : 'later';
  return [
    {
      key: 'draft',
      label: t('application.steps.draft'),
      status: isOpen ? 'now' : 'done',
      note: format(application.createdAt),
    },
    {
      key: 'submitted',
      label: t('application.steps.submitted'),
      status: isOpen ? 'later' : application.submittedAt ? 'done' : 'failed',
      ...(application.submittedAt && !isOpen ? { note: format(application.submittedAt) } : {}),
    },
    {
      key: 'decision',
      label: decision === 'failed' ? t(`states.${state}`) : t('application.steps.decision'),
      status: decision,
      ...(application.decidedAt ? { note: format(application.decidedAt) } : {}),
    },
    {
      key: 'terms',
      label: t('application.steps.terms'),
      status:
        state !== 'approved'
          ? 'later'
          : application.members.every((member) => member.hasSignedTerms)
            ? 'done'
            : 'now',
    },
    {
      key: 'access',
      label: t('application.steps.access'),
      status:
        state === 'approved' && application.members.some((member) => member.hasSignedTerms)
          ? 'done'
          : 'later',
    },
  ];
}

/** Whose turn it is, in one sentence. */
export function turnText(application: Application, t: TFunction): string {
  const mine = application.decisions.some(
    (decision) =>
      decision.allowed && ['application:edit', 'application:vote'].includes(decision.action),
  );
  if (mine) return t('application.turn.yours');
  if (
    application.state === 'approved' &&
    application.members.some((member) => !member.hasSignedTerms)
  )
    return t('application.turn.members');
  return t(`application.turn.${application.state}`);
}
