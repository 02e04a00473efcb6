import { Button, Progress, Text, Title } from '@mantine/core';
import type { Schemas } from '@scapis/client';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ActButton, DecisionPanel } from '../../ui/decision.tsx';
import { LineChart } from '../../charts/line-chart.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { QueryBoundary } from '../../ui/query-boundary.tsx';
import { ReasonDialog } from '../../ui/reason-dialog.tsx';
import { FailureAlert } from '../../ui/problem.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { useFormats } from '../../i18n/format.ts';
import { useAct, useCall, useSession } from '../../api/queries.ts';
import { useRouteParam } from '../../api/route-params.ts';
import layoutStyles from '../../ui/layout.module.css';
import dataTableStyles from '../../ui/data-table.module.css';
import chartStyles from '../../charts/charts.module.css';

type Ensemble = Schemas['Ensemble'];
type Choice = NonNullable<Ensemble['choice']>;

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
      {ensemble.choice !== null && <Chosen choice={ensemble.choice} runs={ensemble.runs} />}
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

const coverages = [
  'mean',
  'best',
  'even',
  'chosen',
  'training',
] as const satisfies (keyof Choice['coverage'])[];

function Chosen({ choice, runs }: { choice: Choice; runs: Ensemble['runs'] }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const gain = choice.coverage.chosen - choice.coverage.mean;
  const nameOf = (generatorId: string): string => {
    const candidate = choice.candidates.find((each) => each.generatorId === generatorId);
    return t('ensembles.generator', {
      run: runs.findIndex(({ id }) => id === candidate?.trainingRunId) + 1,
      step: formats.number(candidate?.step),
    });
  };
  return (
    <Section title={t('ensembles.choice')}>
      <Text size="sm" c="dimmed">
        {t('ensembles.choiceText', { images: formats.number(choice.images) })}
      </Text>
      <Text my="sm">
        {gain > 0
          ? t('ensembles.gain', { gain: formats.number(100 * gain, 1) })
          : t('ensembles.noGain')}
      </Text>
      <div className={chartStyles.grid}>
        <table className={dataTableStyles.table} aria-label={t('ensembles.coverage')}>
          <thead>
            <tr>
              <th scope="col">{t('ensembles.who')}</th>
              <th scope="col">{t('ensembles.coverage')}</th>
            </tr>
          </thead>
          <tbody>
            {coverages.map((name) => (
              <tr key={name}>
                <th scope="row">{t(`ensembles.coverages.${name}`)}</th>
                <td data-label={t('ensembles.coverage')}>
                  <div>
                    <Progress
                      value={100 * choice.coverage[name]}
                      color={name === 'chosen' ? 'lab' : 'gray'}
                      aria-label={t(`ensembles.coverages.${name}`)}
                    />
                    {formats.share(choice.coverage[name])}
                  </div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <LineChart
          title={t('ensembles.path')}
          xLabel={t('ensembles.added')}
          empty=""
          lines={[
            {
              name: t('ensembles.coverage'),
              points: choice.path.map((value, at) => [at + 1, value] as const),
            },
          ]}
        />
      </div>
      <Title order={3} mt="md">
        {t('ensembles.shares')}
      </Title>
      <div
        className={layoutStyles.scrollX}
        tabIndex={0}
        role="group"
        aria-label={t('ensembles.shares')}
      >
        <table className={dataTableStyles.table}>
          <thead>
            <tr>
              <th scope="col">{t('labels.calciumGrade')}</th>
              <th scope="col">{t('ensembles.who')}</th>
              <th scope="col">{t('ensembles.coverage')}</th>
            </tr>
          </thead>
          <tbody>
            {choice.shares.map(({ calciumGrade, members, coverage }) => (
              <tr key={calciumGrade}>
                <th scope="row">{t(`labels.grades.${calciumGrade}`)}</th>
                <td data-label={t('ensembles.who')}>
                  {members
                    .map(
                      ({ generatorId, share }) =>
                        `${nameOf(generatorId)} (${formats.share(share)})`,
                    )
                    .join('; ')}
                </td>
                <td data-label={t('ensembles.coverage')}>{formats.share(coverage)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}
