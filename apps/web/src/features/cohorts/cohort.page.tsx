import { Alert, Text } from '@mantine/core';
import type { Schemas } from '@scapis/client';
import { useTranslation } from 'react-i18next';
import { DecisionPanel } from '../../ui/decision.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { QueryBoundary } from '../../ui/query-boundary.tsx';
import { FailureAlert } from '../../ui/problem.tsx';
import { SliceViewer } from '../../viewer/slice-viewer.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Stepper } from '../../ui/stepper.tsx';
import { Votes } from '../reviews/votes.tsx';
import { useFormats } from '../../i18n/format.ts';
import { findDecision, isAllowed, toOffer, unmet } from '../../api/decisions.ts';
import { useAct, useCall } from '../../api/queries.ts';
import { useRouteParam } from '../../api/route-params.ts';
import { Declared } from '../generators/declared.tsx';
import { ClosestPairs } from '../gate/closest-pairs.tsx';
import { CohortActions } from './cohort-actions.tsx';
import { CohortFacts } from './cohort-facts.tsx';
import { CohortProgress, isUnderWay } from './cohort-progress.tsx';
import { Refusals } from './refusals.tsx';
import { toSteps } from './cohort-steps.ts';
import { Download } from './download.tsx';
import { GateResult } from '../gate/gate-result.tsx';
import { Override, OverrideMark } from './override.tsx';
import { SyntheticBadge } from '../../viewer/synthetic-badge.tsx';
import textStyles from '../../ui/text.module.css';
import layoutStyles from '../../ui/layout.module.css';

type Cohort = Schemas['CohortVersion'];

export default function CohortPage() {
  const id = useRouteParam('id');
  const query = useCall(
    'cohorts.get',
    { path: { id } },
    {
      pollMs: (cohort) =>
        cohort && isUnderWay(cohort.state) ? 1_500 : cohort?.state === 'in-review' ? 10_000 : false,
    },
  );
  return <QueryBoundary query={query}>{(cohort) => <CohortView cohort={cohort} />}</QueryBoundary>;
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
          <SyntheticBadge />
        </>
      }
      actions={<CohortActions cohort={cohort} />}
    >
      {cohort.withdrawnAt !== null && (
        <Alert
          color="danger"
          variant="light"
          title={t('cohort.withdrawnTitle', { at: formats.dateTime(cohort.withdrawnAt) })}
        >
          <Text className={textStyles.prose} size="sm">
            {cohort.withdrawReason}
          </Text>
        </Alert>
      )}
      {cohort.isOverridden && <OverrideMark cohort={cohort} />}
      {cohort.noUseReason !== null && (
        <Alert
          color="danger"
          variant="light"
          title={t('cohort.noUseTitle', { name: cohort.noUseReason.by.name })}
        >
          <Text className={textStyles.prose} size="sm">
            {cohort.noUseReason.reason}
          </Text>
        </Alert>
      )}
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
        <Stepper label={t('cohort.way')} steps={toSteps(cohort, t)} />
        <CohortProgress cohort={cohort} />
      </Section>
      {cohort.state === 'released' && <Download cohort={cohort} />}
      <div className={layoutStyles.split}>
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
          <CohortFacts cohort={cohort} />
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
