import { Button } from '@mantine/core';
import type { Schemas } from '@scapis/client';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isAllowed } from '../../api/decisions.ts';
import { useAct } from '../../api/queries.ts';
import { ActButton } from '../../ui/decision.tsx';
import { ReasonDialog } from '../../ui/reason-dialog.tsx';

interface CaseActionsProps {
  application: Schemas['Application'];
}

/** What this person can do with the application now. */
export function CaseActions({ application }: CaseActionsProps) {
  const { t } = useTranslation();
  const { id, decisions } = application;
  const [dialog, setDialog] = useState<'return' | 'withdraw' | null>(null);
  const close = () => setDialog(null);
  const sendBack = useAct('applications.return', {
    done: t('application.returned'),
    onDone: close,
  });
  const withdraw = useAct('applications.withdraw', {
    done: t('application.withdrawn'),
    onDone: close,
  });
  return (
    <>
      {application.permitId && (
        <Button component={Link} to={`/permits/${application.permitId}`}>
          {t('application.toPermit')}
        </Button>
      )}
      {isAllowed(decisions, 'application:edit') && (
        <Button component={Link} to={`/applications/${id}/edit`}>
          {t('application.edit')}
        </Button>
      )}
      <ActButton
        decisions={decisions}
        action="application:return"
        variant="default"
        onClick={() => setDialog('return')}
      >
        {t('application.return')}
      </ActButton>
      <ActButton
        decisions={decisions}
        action="application:withdraw"
        variant="default"
        onClick={() => setDialog('withdraw')}
      >
        {t('application.withdraw')}
      </ActButton>
      <Button component={Link} to={`/provenance/application/${id}`} variant="subtle">
        {t('provenance.link')}
      </Button>
      <ReasonDialog
        isOpen={dialog === 'return'}
        onClose={close}
        title={t('application.return')}
        text={t('application.returnText')}
        label={t('application.returnLabel')}
        confirm={t('application.return')}
        isPending={sendBack.isPending}
        error={sendBack.error}
        onConfirm={(comment) => sendBack.mutate({ path: { id }, body: { comment } })}
      />
      <ReasonDialog
        isOpen={dialog === 'withdraw'}
        onClose={close}
        title={t('application.withdraw')}
        text={t('application.withdrawText')}
        confirm={t('application.withdraw')}
        isDangerous
        isPending={withdraw.isPending}
        error={withdraw.error}
        onConfirm={() => withdraw.mutate({ path: { id } })}
      />
    </>
  );
}
