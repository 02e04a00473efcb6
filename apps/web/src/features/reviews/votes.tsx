import { Alert, Button, Group, Radio, Stack, Text, Textarea } from '@mantine/core';
import type { Schemas } from '@scapis/client';
import { voteDecisions, type Action, type VoteDecision } from '@scapis/contracts';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../i18n/format.ts';
import { findDecision, toOffer, unmet } from '../../api/decisions.ts';
import { ConditionList } from '../../ui/decision.tsx';
import { ToneBadge } from '../../ui/state-badge.tsx';
import { ProblemAlert } from '../../ui/problem.tsx';
import styles from './votes.module.css';
import textStyles from '../../ui/text.module.css';

interface VotesProps {
  review: Schemas['Review'] | null;
  decisions: Schemas['Decision'][];
  action: Action;
  isPending: boolean;
  error: Error | null;
  onVote: (vote: { decision: VoteDecision; comment: string }) => void;
}

/**
 * A review by two people: how far it has come, the votes this person may see, and the ballot if it
 * is theirs to cast.
 */
export function Votes({ review, decisions, action, isPending, error, onVote }: VotesProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const decision = findDecision(decisions, action);
  const offer = toOffer(decision);
  return (
    <Stack gap="md">
      {review && (
        <Group gap="sm">
          <Text fw={600}>
            {t('votes.cast', { cast: review.votesCast, needed: review.votesNeeded })}
          </Text>
          {review.outcome && (
            <ToneBadge tone={review.outcome === 'approve' ? 'good' : 'bad'}>
              {t(`votes.outcome.${review.outcome}`)}
            </ToneBadge>
          )}
        </Group>
      )}
      {review && review.closedAt === null && (
        <Alert color="lab" variant="light" title={t('votes.blindedTitle')}>
          {t('votes.blinded')}
        </Alert>
      )}
      {review?.votes.map((vote) => (
        <div key={vote.person.id} className={styles.vote}>
          <Group gap="xs">
            <Text fw={600}>{vote.person.name}</Text>
            <Text>{t(`votes.decisions.${vote.decision}`)}</Text>
            <Text size="sm" c="dimmed">
              {formats.dateTime(vote.at)}
            </Text>
          </Group>
          <Text size="sm" className={textStyles.prose}>
            {vote.comment}
          </Text>
        </div>
      ))}
      {offer === 'allowed' && <Ballot isPending={isPending} error={error} onVote={onVote} />}
      {offer === 'explained' && decision && (
        <div>
          <Text size="sm" fw={600}>
            {t('votes.notYou')}
          </Text>
          <ConditionList conditions={unmet(decision)} />
        </div>
      )}
    </Stack>
  );
}

function Ballot({ isPending, error, onVote }: Pick<VotesProps, 'isPending' | 'error' | 'onVote'>) {
  const { t } = useTranslation();
  const [decision, setDecision] = useState<VoteDecision | null>(null);
  const [comment, setComment] = useState('');
  const isReady = decision !== null && comment.trim().length >= 3;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (decision && isReady) onVote({ decision, comment: comment.trim() });
      }}
    >
      <Stack gap="md">
        <Radio.Group
          label={t('votes.yourVote')}
          value={decision}
          onChange={(value) => setDecision(voteDecisions.find((each) => each === value) ?? null)}
          required
        >
          <Stack gap="xs" mt="xs">
            {voteDecisions.map((each) => (
              <Radio key={each} value={each} label={t(`votes.decisions.${each}`)} />
            ))}
          </Stack>
        </Radio.Group>
        <Textarea
          label={t('votes.comment')}
          description={t('votes.commentHint')}
          value={comment}
          onChange={(event) => setComment(event.currentTarget.value)}
          autosize
          minRows={3}
          maxLength={5_000}
          required
        />
        <Text size="sm" c="dimmed">
          {t('votes.final')}
        </Text>
        {error && <ProblemAlert error={error} />}
        <Group>
          <Button type="submit" disabled={!isReady} loading={isPending}>
            {t('votes.submit')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
