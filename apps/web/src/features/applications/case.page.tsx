import { Text } from '@mantine/core';
import type { Schemas } from '@scapis/client';
import { useTranslation } from 'react-i18next';
import { DecisionPanel } from '../../ui/decision.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { QueryBoundary } from '../../ui/query-boundary.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Stepper } from '../../ui/stepper.tsx';
import { Votes } from '../reviews/votes.tsx';
import { useFormats } from '../../i18n/format.ts';
import { findDecision, toOffer } from '../../api/decisions.ts';
import { useAct, useCall } from '../../api/queries.ts';
import { useRouteParam } from '../../api/route-params.ts';
import layoutStyles from '../../ui/layout.module.css';
import itemListStyles from '../../ui/item-list.module.css';

import { CaseActions } from './case-actions.tsx';
import { CaseEvents } from './case-events.tsx';
import { CaseFacts } from './case-facts.tsx';
import { toSteps, turnText } from './case-steps.ts';

type Application = Schemas['Application'];

/**
 * "Where is my case?": its way, whose turn it is, what it says, and what this person can do with
 * it.
 */
export default function CasePage() {
  const id = useRouteParam('id');
  const query = useCall('applications.get', { path: { id } });
  return (
    <QueryBoundary query={query}>
      {(application) => <Case application={application} />}
    </QueryBoundary>
  );
}

function Case({ application }: { application: Application }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { id, decisions } = application;
  const vote = useAct('applications.vote', { done: t('votes.done') });
  const hasReview =
    application.review !== null ||
    toOffer(findDecision(decisions, 'application:vote')) !== 'hidden';
  return (
    <Page
      title={application.title || t('applications.untitled')}
      lead={t('application.lead', { number: application.number, name: application.applicant.name })}
      back={{ to: '/applications', label: t('applications.title') }}
      badge={<StateBadge state={application.state} />}
      actions={<CaseActions application={application} />}
    >
      <Section title={t('application.where')}>
        <Stepper
          label={t('application.where')}
          steps={toSteps(application, (at) => formats.dateTime(at), t)}
        />
        <Text mt="sm" fw={600}>
          {turnText(application, t)}
        </Text>
      </Section>
      <div className={layoutStyles.split}>
        <div className={layoutStyles.stack}>
          <Section title={t('application.what')}>
            <CaseFacts application={application} />
          </Section>
          {hasReview && (
            <Section title={t('application.review')}>
              <Votes
                review={application.review}
                decisions={decisions}
                action="application:vote"
                isPending={vote.isPending}
                error={vote.error}
                onVote={(body) => vote.mutate({ path: { id }, body })}
              />
            </Section>
          )}
        </div>
        <div className={layoutStyles.stack}>
          <Section title={t('application.members')}>
            <ul className={itemListStyles.list}>
              {application.members.map((member) => (
                <li key={member.id} className={itemListStyles.item}>
                  <span>{member.name}</span>
                  <Text size="sm" c="dimmed">
                    {t(member.hasSignedTerms ? 'application.signed' : 'application.notSigned')}
                  </Text>
                </li>
              ))}
            </ul>
          </Section>
          <Section title={t('application.events')}>
            <CaseEvents events={application.events} />
          </Section>
        </div>
      </div>
      <DecisionPanel decisions={decisions} />
    </Page>
  );
}
