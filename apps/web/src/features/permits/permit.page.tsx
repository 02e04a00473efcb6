import { Alert, Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import type { Schemas } from '@scapis/client';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ActButton, DecisionPanel } from '../../ui/decision.tsx';
import { Icon } from '../../ui/icons.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { DescriptionList } from '../../ui/description-list.tsx';
import { QueryBoundary } from '../../ui/query-boundary.tsx';
import { ProblemAlert } from '../../ui/problem.tsx';
import { ReasonDialog } from '../../ui/reason-dialog.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { useFormats, useLocale } from '../../i18n/format.ts';
import { isAllowed } from '../../api/decisions.ts';
import { useAct, useCall, useSession } from '../../api/queries.ts';
import { useRouteParam } from '../../api/route-params.ts';
import textStyles from '../../ui/text.module.css';
import layoutStyles from '../../ui/layout.module.css';
import itemListStyles from '../../ui/item-list.module.css';
import styles from './permit.module.css';

type Permit = Schemas['Permit'];

export default function PermitPage() {
  const id = useRouteParam('id');
  const query = useCall('permits.get', { path: { id } });
  return <QueryBoundary query={query}>{(permit) => <PermitView permit={permit} />}</QueryBoundary>;
}

function PermitView({ permit }: { permit: Permit }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const [isRevoking, setRevoking] = useState(false);
  const revoke = useAct('permits.revoke', {
    done: t('permit.revoked'),
    onDone: () => setRevoking(false),
  });
  const acts = (
    <>
      <ActButton
        decisions={permit.decisions}
        action="permit:revoke"
        color="danger"
        variant="outline"
        onClick={() => setRevoking(true)}
      >
        {t('permit.revoke')}
      </ActButton>
      <Button component={Link} to={`/provenance/permit/${permit.id}`} variant="subtle">
        {t('provenance.link')}
      </Button>
    </>
  );
  return (
    <Page
      title={permit.title}
      lead={t('permit.lead')}
      back={{ to: '/permits', label: t('permits.title') }}
      badge={<StateBadge state={permit.state} />}
      actions={acts}
    >
      {permit.revokedAt !== null && (
        <Alert
          color="danger"
          variant="light"
          title={t('permit.revokedTitle', { at: formats.dateTime(permit.revokedAt) })}
        >
          <Text className={textStyles.prose} size="sm">
            {permit.revokeReason}
          </Text>
        </Alert>
      )}
      <div className={layoutStyles.split}>
        <Terms permit={permit} />
        <div className={layoutStyles.stack}>
          <Scope permit={permit} />
          <People people={permit.people} />
        </div>
      </div>
      <DecisionPanel decisions={permit.decisions} />
      <ReasonDialog
        isOpen={isRevoking}
        onClose={() => setRevoking(false)}
        title={t('permit.revoke')}
        text={t('permit.revokeText')}
        label={t('permit.revokeLabel')}
        confirm={t('permit.revoke')}
        isDangerous
        isPending={revoke.isPending}
        error={revoke.error}
        onConfirm={(reason) => revoke.mutate({ path: { id: permit.id }, body: { reason } })}
      />
    </Page>
  );
}

function Scope({ permit }: { permit: Permit }) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <Section title={t('permit.what')}>
      <DescriptionList
        items={[
          [t('permit.from'), formats.dateTime(permit.validFrom)],
          [t('permits.until'), formats.dateTime(permit.validUntil)],
          [
            t('permits.datasets'),
            permit.datasets.map((dataset) => (
              <div key={dataset.id}>
                <Link to="/datasets/$id" params={{ id: dataset.id }}>
                  {dataset.title}
                </Link>
              </div>
            )),
          ],
          [
            t('permit.application'),
            <Link key="a" to="/applications/$id" params={{ id: permit.applicationId }}>
              {t('permit.toApplication')}
            </Link>,
          ],
        ]}
      />
      <Text fw={600} size="sm" mt="md">
        {t('application.fields.purpose')}
      </Text>
      <Text className={textStyles.prose} size="sm">
        {permit.purpose}
      </Text>
    </Section>
  );
}

function People({ people }: { people: Permit['people'] }) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <Section title={t('permits.people')}>
      <ul className={itemListStyles.list}>
        {people.map((person) => (
          <li key={person.id} className={itemListStyles.item}>
            <span>{person.name}</span>
            <Text size="sm" c="dimmed">
              {person.signedAt
                ? t('permit.signedAt', { at: formats.dateTime(person.signedAt) })
                : t('application.notSigned')}
            </Text>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/**
 * The terms in the page's language; what is signed is the text that was shown, named by its
 * checksum.
 */
function Terms({ permit }: { permit: Permit }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const locale = useLocale();
  const session = useSession();
  const [hasRead, setRead] = useState(false);
  const sign = useAct('permits.sign', { done: t('permit.thanks') });
  const { terms } = permit;
  const me = permit.people.find((person) => person.id === session?.person.id);
  const [text, textSha256] =
    locale === 'sv' ? [terms.textSv, terms.sha256Sv] : [terms.textEn, terms.sha256En];
  const maySign = isAllowed(permit.decisions, 'permit:sign');
  return (
    <Section title={t('permit.terms', { version: terms.version })}>
      <div
        className={styles.terms}
        tabIndex={0}
        role="group"
        aria-label={t('permit.terms', { version: terms.version })}
        lang={locale}
      >
        {text}
      </div>
      <Text size="xs" c="dimmed" mt="xs">
        SHA-256 <code className={textStyles.hash}>{textSha256}</code>
      </Text>
      <Stack gap="sm" mt="md">
        {me?.signedAt && (
          <Group gap="xs" c="lab">
            <Icon name="check" />
            <Text size="sm" fw={600}>
              {t('permit.youSigned', { at: formats.dateTime(me.signedAt) })}
            </Text>
          </Group>
        )}
        {maySign && (
          <Checkbox
            checked={hasRead}
            onChange={(event) => setRead(event.currentTarget.checked)}
            label={t('permit.haveRead')}
          />
        )}
        {sign.error && <ProblemAlert error={sign.error} />}
        {maySign ? (
          <Group>
            <Button
              disabled={!hasRead}
              loading={sign.isPending}
              onClick={() =>
                sign.mutate({
                  path: { id: permit.id },
                  body: { termsId: terms.id, textSha256, locale },
                })
              }
            >
              {t('permit.sign')}
            </Button>
          </Group>
        ) : (
          !me?.signedAt && (
            <ActButton decisions={permit.decisions} action="permit:sign" onClick={() => undefined}>
              {t('permit.sign')}
            </ActButton>
          )
        )}
      </Stack>
    </Section>
  );
}
