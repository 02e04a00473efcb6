import { Anchor, Button, Group, Text } from '@mantine/core';
import type { Schemas } from '@scapis/client';
import type { TFunction } from 'i18next';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ActButton, DecisionPanel } from '../../ui/decision.tsx';
import { Facts, Loaded, Page, Section } from '../../ui/page.tsx';
import { ReasonDialog } from '../../ui/reason-dialog.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Track, type TrackStep } from '../../ui/stepper.tsx';
import { Votes } from '../reviews/votes.tsx';
import { useFormats } from '../../i18n/format.ts';
import { client } from '../../api/client.ts';
import { findDecision, isAllowed, toOffer } from '../../api/decisions.ts';
import { useAct, useCall } from '../../api/queries.ts';
import { useRouteParam } from '../../api/route-params.ts';

type Application = Schemas['Application'];

/**
 * "Where is my case?": its way, whose turn it is, what it says, and what this person can do with
 * it.
 */
export default function CasePage() {
  const id = useRouteParam('id');
  const query = useCall('applications.get', { path: { id } });
  return <Loaded query={query}>{(application) => <Case application={application} />}</Loaded>;
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
      actions={<CaseActs application={application} />}
    >
      <Section title={t('application.where')}>
        <Track
          label={t('application.where')}
          steps={toSteps(application, (at) => formats.dateTime(at), t)}
        />
        <Text mt="sm" fw={600}>
          {turnText(application, t)}
        </Text>
      </Section>
      <div className="split">
        <div className="stack">
          <Section title={t('application.what')}>
            <Facts
              items={[
                [t('application.fields.organisation'), application.organisation || '–'],
                [
                  t('application.fields.responsibleResearcher'),
                  application.responsibleResearcher || '–',
                ],
                [t('application.fields.ethicsNumber'), application.ethicsNumber || '–'],
                [
                  t('application.fields.ethicsValidUntil'),
                  formats.date(application.ethicsValidUntil),
                ],
                [t('application.fields.accessUntil'), formats.date(application.accessUntil)],
                [
                  t('application.fields.datasetIds'),
                  application.datasets.length === 0
                    ? '–'
                    : application.datasets.map((dataset) => (
                        <div key={dataset.id}>
                          <Link to="/datasets/$id" params={{ id: dataset.id }}>
                            {dataset.title}
                          </Link>
                        </div>
                      )),
                ],
                [
                  t('application.fields.ethicsDocument'),
                  application.ethicsDocument ? (
                    <Anchor
                      href={client.urlOf('applications.getEthicsDocument', { id })}
                      underline="always"
                    >
                      {application.ethicsDocument.name} (
                      {formats.bytes(application.ethicsDocument.size)})
                    </Anchor>
                  ) : (
                    '–'
                  ),
                ],
              ]}
            />
            <Text fw={600} size="sm" mt="md">
              {t('application.fields.purpose')}
            </Text>
            <Text className="prose">{application.purpose || '–'}</Text>
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
        <div className="stack">
          <Section title={t('application.members')}>
            <ul className="item-list">
              {application.members.map((member) => (
                <li key={member.id} className="item">
                  <span>{member.name}</span>
                  <Text size="sm" c="dimmed">
                    {t(member.hasSignedTerms ? 'application.signed' : 'application.notSigned')}
                  </Text>
                </li>
              ))}
            </ul>
          </Section>
          <Section title={t('application.events')}>
            <Events events={application.events} />
          </Section>
        </div>
      </div>
      <DecisionPanel decisions={decisions} />
    </Page>
  );
}

function CaseActs({ application }: { application: Application }) {
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

function Events({ events }: { events: Application['events'] }) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <ol className="events">
      {[...events].reverse().map((event, index) => (
        <li key={`${event.at} ${index}`}>
          <Text fw={600} size="sm">
            {t(`events.${event.type}`)}
          </Text>
          <Group gap="xs">
            <Text size="sm" c="dimmed">
              {formats.dateTime(event.at)}
            </Text>
            {event.actor && (
              <Text size="sm" c="dimmed">
                {event.actor.name}
              </Text>
            )}
          </Group>
          {event.comment !== '' && (
            <Text size="sm" className="prose">
              {event.comment}
            </Text>
          )}
        </li>
      ))}
    </ol>
  );
}

function toSteps(
  application: Application,
  format: (at: string) => string,
  t: TFunction,
): TrackStep[] {
  const { state } = application;
  const isOpen = state === 'draft' || state === 'returned';
  const decision: TrackStep['status'] =
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

function turnText(application: Application, t: TFunction): string {
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
