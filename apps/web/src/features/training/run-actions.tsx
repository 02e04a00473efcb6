import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct, useSession } from '../../api/queries.ts';
import { ActButton } from '../../ui/decision.tsx';
import { ReasonDialog } from '../../ui/reason-dialog.tsx';
import { isOver, type TrainingRun } from './live.ts';

interface RunActionsProps {
  run: TrainingRun;
}

/** What this person can do with the run now. */
export function RunActions({ run }: RunActionsProps) {
  const { t } = useTranslation();
  const session = useSession();
  const [isCancelling, setCancelling] = useState(false);
  const close = () => setCancelling(false);
  const cancel = useAct('trainingRuns.cancel', { done: t('training.cancelled'), onDone: close });
  const isReady =
    run.state === 'completed' &&
    run.generators.length > 0 &&
    session?.actions.includes('cohort:create');
  return (
    <>
      {isReady && (
        <Button component={Link} to={`/cohorts/new?run=${run.id}`}>
          {t('training.draw')}
        </Button>
      )}
      <ActButton
        decisions={run.decisions}
        action="training:cancel"
        variant="outline"
        color="danger"
        onClick={() => setCancelling(true)}
      >
        {t('training.cancel')}
      </ActButton>
      {isOver(run) &&
        run.checkpointStep !== null &&
        run.privacy === null &&
        session?.actions.includes('training:create') && (
          <Button component={Link} to={`/training-runs/new?from=${run.id}`} variant="outline">
            {t('training.again')}
          </Button>
        )}
      <Button component={Link} to={`/training-runs/compare?runs=${run.id}`} variant="subtle">
        {t('training.compare')}
      </Button>
      <Button component={Link} to={`/provenance/training-run/${run.id}`} variant="subtle">
        {t('provenance.link')}
      </Button>
      <ReasonDialog
        isOpen={isCancelling}
        onClose={close}
        title={t('training.cancel')}
        text={t('training.cancelText')}
        confirm={t('training.cancel')}
        isDangerous
        isPending={cancel.isPending}
        error={cancel.error}
        onConfirm={() => cancel.mutate({ path: { id: run.id } })}
      />
    </>
  );
}
