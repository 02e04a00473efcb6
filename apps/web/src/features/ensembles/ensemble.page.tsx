import { Button, Progress, Text } from '@mantine/core';
import type { Schemas } from '@scapis/client';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ActButton, DecisionPanel } from '../../ui/decision.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { QueryBoundary } from '../../ui/query-boundary.tsx';
import { ReasonDialog } from '../../ui/reason-dialog.tsx';
import { FailureAlert } from '../../ui/problem.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { useFormats } from '../../i18n/format.ts';
import { useAct, useCall, useSession } from '../../api/queries.ts';
import { EnsembleChoice } from './ensemble-choice.tsx';
import { useRouteParam } from '../../api/route-params.ts';
import layoutStyles from '../../ui/layout.module.css';
import dataTableStyles from '../../ui/data-table.module.css';

type Ensemble = Schemas['Ensemble'];

const pollMs = 3_000;
const isUnderWay = (state: Ensemble['state']): boolean =>
  state === 'training' || state === 'choosing';

/** Several runs of one recipe, and the generators of theirs that draw together. */
export default function EnsemblePage() {
  const query = useCall(
    'ensembles.get',
    { path: { id: useRouteParam('id') } },
    { pollMs: (ensemble) => ensemble !== undefined && isUnderWay(ensemble.state) && pollMs },
  );
  return (
    <QueryBoundary query={query}>
      {(ensemble) => <EnsembleView ensemble={ensemble} />}
    </QueryBoundary>
  );
}

function EnsembleView({ ensemble }: { ensemble: Ensemble }) {
  const { t } = useTranslation();
  return (
    <Page
      title={ensemble.title}
      lead={t('ensembles.lead', {
        dataset: ensemble.datasetTitle,
        name: ensemble.requestedBy.name,
      })}
      back={{ to: '/training-runs', label: t('training.title') }}
      badge={<StateBadge state={ensemble.state} />}
      actions={<Acts ensemble={ensemble} />}
    >
      {ensemble.failure !== null && (
        <FailureAlert title={t('ensembles.failed')} failure={ensemble.failure} />
      )}
      <Text role="status">{t(`ensembles.text.${ensemble.state}`)}</Text>
      <Runs runs={ensemble.runs} />
      {ensemble.choice !== null && <EnsembleChoice choice={ensemble.choice} runs={ensemble.runs} />}
      <DecisionPanel decisions={ensemble.decisions} />
    </Page>
  );
}

function Acts({ ensemble }: { ensemble: Ensemble }) {
  const { t } = useTranslation();
  const session = useSession();
  const [isCancelling, setCancelling] = useState(false);
  const close = () => setCancelling(false);
  const cancel = useAct('ensembles.cancel', { done: t('ensembles.cancelled'), onDone: close });
  return (
    <>
      {ensemble.state === 'completed' && session?.actions.includes('cohort:create') && (
        <Button component={Link} to={`/cohorts/new?ensemble=${ensemble.id}`}>
          {t('ensembles.draw')}
        </Button>
      )}
      <ActButton
        decisions={ensemble.decisions}
        action="training:cancel"
        variant="outline"
        color="danger"
        onClick={() => setCancelling(true)}
      >
        {t('ensembles.cancel')}
      </ActButton>
      <Button
        component={Link}
        to={`/training-runs/compare?runs=${ensemble.runs.map(({ id }) => id).join(',')}`}
        variant="subtle"
      >
        {t('ensembles.compare')}
      </Button>
      <Button component={Link} to={`/provenance/ensemble/${ensemble.id}`} variant="subtle">
        {t('provenance.link')}
      </Button>
      <ReasonDialog
        isOpen={isCancelling}
        onClose={close}
        title={t('ensembles.cancel')}
        text={t('ensembles.cancelText')}
        confirm={t('ensembles.cancel')}
        isDangerous
        isPending={cancel.isPending}
        error={cancel.error}
        onConfirm={() => cancel.mutate({ path: { id: ensemble.id } })}
      />
    </>
  );
}

function Runs({ runs }: { runs: Ensemble['runs'] }) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <Section title={t('ensembles.runs')}>
      <div
        className={layoutStyles.scrollX}
        tabIndex={0}
        role="group"
        aria-label={t('ensembles.runs')}
      >
        <table className={dataTableStyles.table}>
          <thead>
            <tr>
              <th scope="col">{t('ensembles.run')}</th>
              <th scope="col">{t('common.state')}</th>
              <th scope="col">{t('training.progress')}</th>
              <th scope="col">{t('training.imagesPerSecond')}</th>
              <th scope="col">{t('training.timeLeft')}</th>
            </tr>
          </thead>
          <tbody>
            {runs.map((run) => (
              <tr key={run.id}>
                <th scope="row">
                  <Link to="/training-runs/$id" params={{ id: run.id }}>
                    {run.title}
                  </Link>
                </th>
                <td data-label={t('common.state')}>
                  <StateBadge state={run.state} />
                </td>
                <td data-label={t('training.progress')}>
                  <div>
                    <Progress
                      value={(run.step / Math.max(1, run.steps)) * 100}
                      aria-label={run.title}
                    />
                    {t('training.stepsOf', {
                      step: formats.number(run.step),
                      steps: formats.number(run.steps),
                    })}
                  </div>
                </td>
                <td data-label={t('training.imagesPerSecond')}>
                  {formats.number(run.imagesPerSecond, 0)}
                </td>
                <td data-label={t('training.timeLeft')}>
                  {run.state === 'queued' ? t('training.waits') : formats.duration(run.secondsLeft)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}
