import { Alert, Button, Progress, Text } from '@mantine/core';
import type { Schemas } from '@scapis/client';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ActButton, DecisionPanel } from '../../ui/decision.tsx';
import { Facts, Loaded, Page, Section } from '../../ui/page.tsx';
import { FailureAlert, ProblemAlert } from '../../ui/problem.tsx';
import { ReasonDialog } from '../../ui/reason-dialog.tsx';
import { SliceViewer } from '../../viewer/slice-viewer.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Track } from '../../ui/stepper.tsx';
import { Votes } from '../reviews/votes.tsx';
import { useFormats } from '../../i18n/format.ts';
import { findDecision, isAllowed, toOffer, unmet } from '../../api/decisions.ts';
import { useAct, useCall, useSession } from '../../api/queries.ts';
import { useRouteParam } from '../../api/route-params.ts';
import { GuideLink } from '../guides/guide-link.tsx';
import { Declared } from '../generators/declared.tsx';
import { ClosestPairs } from '../gate/closest-pairs.tsx';
import { toSteps } from './cohort-steps.ts';
import { Download } from './download.tsx';
import { GateResult } from '../gate/gate-result.tsx';
import { Override, OverrideMark, useCheckNames } from './override.tsx';

export type Cohort = Schemas['CohortVersion'];
const working: ReadonlySet<Cohort['state']> = new Set(['synthesising', 'gating', 'packing']);

export default function CohortPage() {
  const id = useRouteParam('id');
  const query = useCall(
    'cohorts.get',
    { path: { id } },
    {
      pollMs: (cohort) =>
        cohort && working.has(cohort.state)
          ? 1_500
          : cohort?.state === 'in-review'
            ? 10_000
            : false,
    },
  );
  return <Loaded query={query}>{(cohort) => <CohortView cohort={cohort} />}</Loaded>;
}

function CohortView({ cohort }: { cohort: Cohort }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { id, decisions } = cohort;
  const vote = useAct('cohorts.vote', { done: t('votes.done') });
  const hasReview =
    cohort.review !== null || toOffer(findDecision(decisions, 'release:vote')) !== 'hidden';
  return (
    <Page
      title={t('cohorts.titleVersion', { title: cohort.title, number: cohort.number })}
      lead={t('cohort.lead', {
        count: formats.number(cohort.count),
        dataset: cohort.datasetTitle,
        name: cohort.author.name,
      })}
      back={{ to: '/cohorts', label: t('cohorts.title') }}
      badge={
        <>
          <StateBadge state={cohort.state} />
          <span className="synthetic-badge">{t('viewer.synthetic')}</span>
        </>
      }
      actions={<CohortActs cohort={cohort} />}
    >
      {cohort.withdrawnAt !== null && (
        <Alert
          color="danger"
          variant="light"
          title={t('cohort.withdrawnTitle', { at: formats.dateTime(cohort.withdrawnAt) })}
        >
          <Text className="prose" size="sm">
            {cohort.withdrawReason}
          </Text>
        </Alert>
      )}
      {cohort.isOverridden && <OverrideMark cohort={cohort} />}
      {cohort.failure !== null && (
        <FailureAlert
          title={t(cohort.gateRun?.verdict === 'void' ? 'gate.voided' : 'cohort.failed')}
          failure={cohort.failure}
        />
      )}
      {isOvertaken(cohort) && (
        <Alert color="warning" variant="light">
          {t('cohort.overtaken')}
        </Alert>
      )}
      <Section title={t('cohort.way')}>
        <Track label={t('cohort.way')} steps={toSteps(cohort, t)} />
        <Working cohort={cohort} />
      </Section>
      {cohort.state === 'released' && <Download cohort={cohort} />}
      <div className="split">
        {cohort.hasSampleSheet && (
          <Section title={t('cohort.sheet')}>
            <SliceViewer
              sheet="cohorts.sampleSheet"
              id={id}
              label={t('cohort.sheet')}
              isSynthetic
            />
          </Section>
        )}
        <Section title={t('cohort.about')}>
          <Facts
            items={[
              [t('cohorts.images'), formats.number(cohort.count)],
              [t('cohorts.labelMix'), t(`cohorts.mixes.${cohort.labelMix}.name`)],
              [
                t('cohorts.usage'),
                cohort.usage === null ? '–' : t(`cohorts.usages.${cohort.usage}`),
              ],
              [
                t('training.dataset'),
                <Link key="d" to="/datasets/$id" params={{ id: cohort.datasetId }}>
                  {cohort.datasetTitle}
                </Link>,
              ],
              cohort.ensembleId !== null && [
                t('ensembles.ofEnsemble'),
                <Link key="e" to="/ensembles/$id" params={{ id: cohort.ensembleId }}>
                  {t('ensembles.toEnsemble')}
                </Link>,
              ],
              [
                t('cohort.runs'),
                cohort.trainingRunIds.map((run, index) => (
                  <div key={run}>
                    <Link to="/training-runs/$id" params={{ id: run }}>
                      {t('cohort.run', { number: index + 1 })}
                    </Link>
                  </div>
                )),
              ],
              [
                t('cohort.provider'),
                cohort.provider === null || cohort.provider === 'cpu'
                  ? (cohort.provider ?? '–')
                  : t('training.providerNotRepeatable', { provider: cohort.provider }),
              ],
              [
                t('training.permit'),
                <Link key="p" to="/permits/$id" params={{ id: cohort.permitId }}>
                  {t('training.toPermit')}
                </Link>,
              ],
              [t('common.created'), formats.dateTime(cohort.createdAt)],
              [t('cohorts.released'), formats.dateTime(cohort.releasedAt)],
            ]}
          />
        </Section>
      </div>
      {cohort.declaredGenerators.length > 0 && <Declared generators={cohort.declaredGenerators} />}
      {cohort.override && !cohort.isOverridden && (
        <Override cohort={cohort} override={cohort.override} />
      )}
      {cohort.refusals.length > 0 && <Refusals refusals={cohort.refusals} />}
      {cohort.gateRun && <GateResult cohort={cohort} gateRun={cohort.gateRun} />}
      {cohort.gateRun?.hasClosestPairs && isAllowed(decisions, 'pairs:view') && (
        <ClosestPairs id={id} />
      )}
      {hasReview && (
        <Section title={t('cohort.review')}>
          <Votes
            review={cohort.review}
            decisions={decisions}
            action="release:vote"
            isPending={vote.isPending}
            error={vote.error}
            onVote={(body) => vote.mutate({ path: { id }, body })}
          />
        </Section>
      )}
      <DecisionPanel decisions={decisions} />
    </Page>
  );
}

/** Let through by the gate, by a verdict that no longer holds. */
function isOvertaken({ state, decisions, isOverridden }: Cohort): boolean {
  const submit = findDecision(decisions, 'release:submit');
  return (
    (state === 'passed' || state === 'in-review') &&
    !isOverridden &&
    submit !== undefined &&
    unmet(submit).some(({ code }) => code === 'gate-not-overtaken')
  );
}

/**
 * Who draws often enough from the same generator may at last draw a cohort that passes by luck: how
 * often it was refused is told to everyone who judges.
 */
function Refusals({ refusals }: { refusals: Cohort['refusals'] }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const nameOf = useCheckNames();
  return (
    <Alert
      color="warning"
      variant="light"
      title={t('cohort.refusalsTitle', { count: refusals.length })}
    >
      <Text size="sm" mb="xs">
        {t('cohort.refusalsText')}
      </Text>
      {refusals.map(({ cohortVersionId, title, number, at, checks }) => (
        <Text key={cohortVersionId} size="sm">
          <Link to="/cohorts/$id" params={{ id: cohortVersionId }}>
            {t('cohorts.titleVersion', { title, number })}
          </Link>
          , {formats.dateTime(at)}: {nameOf(checks)}
        </Text>
      ))}
    </Alert>
  );
}

function CohortActs({ cohort }: { cohort: Cohort }) {
  const { t } = useTranslation();
  const { id, decisions } = cohort;
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
        text={t('cohort.submitText')}
        confirm={t('cohort.submit')}
        isPending={submit.isPending}
        error={submit.error}
        onConfirm={() => submit.mutate({ path: { id } })}
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

/** What the lab is doing with the cohort just now, if anything. */
function Working({ cohort }: { cohort: Cohort }) {
  const { t } = useTranslation();
  const formats = useFormats();
  if (!working.has(cohort.state)) return null;
  const [share, text] =
    cohort.state === 'synthesising'
      ? [
          cohort.drawn / Math.max(1, cohort.count),
          t('cohort.drawn', {
            drawn: formats.number(cohort.drawn),
            total: formats.number(cohort.count),
          }),
        ]
      : cohort.state === 'gating'
        ? [
            cohort.gateRun?.progress ?? 0,
            cohort.gateRun?.stage
              ? t(`gate.stages.${cohort.gateRun.stage}`, { defaultValue: cohort.gateRun.stage })
              : t('gate.waits'),
          ]
        : [1, t('cohort.packing')];
  return (
    <div className="progress-block">
      <Progress value={share * 100} animated aria-label={t(`states.${cohort.state}`)} />
      <Text size="sm" c="dimmed" role="status">
        {text}
      </Text>
    </div>
  );
}
