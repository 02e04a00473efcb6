import { Button } from '@mantine/core';
import type { Schemas } from '@scapis/client';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct, useSession } from '../../api/queries.ts';
import { ActButton } from '../../ui/decision.tsx';
import { ProblemAlert } from '../../ui/problem.tsx';
import { ReasonDialog } from '../../ui/reason-dialog.tsx';
import { GuideLink } from '../guides/guide-link.tsx';

interface CohortActionsProps {
  cohort: Schemas['CohortVersion'];
}

/** What this person can do with the cohort now. */
export function CohortActions({ cohort }: CohortActionsProps) {
  const { t } = useTranslation();
  const { id, decisions } = cohort;
  const isOfNoUse = cohort.usage === 'of-no-use';
  const [dialog, setDialog] = useState<'submit' | 'withdraw' | null>(null);
  const close = () => setDialog(null);
  const isReviewer = useSession()?.actions.includes('release:vote') ?? false;
  const gate = useAct('cohorts.runGate', { done: t('cohort.gateAsked') });
  const submit = useAct('cohorts.submit', { done: t('cohort.submitted'), onDone: close });
  const withdraw = useAct('cohorts.withdraw', { done: t('cohort.withdrawn'), onDone: close });
  return (
    <>
      <ActButton
        decisions={decisions}
        action="gate:run"
        loading={gate.isPending}
        onClick={() => gate.mutate({ path: { id } })}
      >
        {t('cohort.runGate')}
      </ActButton>
      <ActButton decisions={decisions} action="release:submit" onClick={() => setDialog('submit')}>
        {t('cohort.submit')}
      </ActButton>
      <ActButton
        decisions={decisions}
        action="release:withdraw"
        variant="outline"
        color="danger"
        onClick={() => setDialog('withdraw')}
      >
        {t('cohort.withdraw')}
      </ActButton>
      <Button component={Link} to={`/provenance/cohort-version/${id}`} variant="subtle">
        {t('provenance.link')}
      </Button>
      <GuideLink name={isReviewer ? 'reviewer' : 'applicant'} />
      {gate.error && <ProblemAlert error={gate.error} />}
      <ReasonDialog
        isOpen={dialog === 'submit'}
        onClose={close}
        title={t('cohort.submit')}
        text={t(isOfNoUse ? 'cohort.submitNoUseText' : 'cohort.submitText')}
        {...(isOfNoUse && { label: t('cohort.noUseLabel'), least: 40 })}
        confirm={t('cohort.submit')}
        isPending={submit.isPending}
        error={submit.error}
        onConfirm={(reason) =>
          submit.mutate({ path: { id }, body: { noUseReason: isOfNoUse ? reason : null } })
        }
      />
      <ReasonDialog
        isOpen={dialog === 'withdraw'}
        onClose={close}
        title={t('cohort.withdraw')}
        text={t('cohort.withdrawText')}
        label={t('cohort.withdrawLabel')}
        confirm={t('cohort.withdraw')}
        isDangerous
        isPending={withdraw.isPending}
        error={withdraw.error}
        onConfirm={(reason) => withdraw.mutate({ path: { id }, body: { reason } })}
      />
    </>
  );
}
