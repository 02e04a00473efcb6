import { Alert, Button, Group, NativeSelect, TextInput } from '@mantine/core';
import type { Schemas } from '@scapis/client';
import { auditEventTypes } from '@scapis/contracts';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { Empty, Page, Section } from '../../ui/page.tsx';
import { DescriptionList } from '../../ui/description-list.tsx';
import { ProblemAlert } from '../../ui/problem.tsx';
import { useFormats } from '../../i18n/format.ts';
import { pathOf } from '../../api/paths.ts';
import { useAct, useList } from '../../api/queries.ts';
import textStyles from '../../ui/text.module.css';

export default function AuditPage() {
  const { t } = useTranslation();
  const [type, setType] = useState('');
  const [objectId, setObjectId] = useState('');
  const list = useList('audit.list', {
    query: {
      ...(type === '' ? {} : { type }),
      ...(objectId.trim() === '' ? {} : { objectId: objectId.trim() }),
    },
  });
  const verify = useAct('audit.verify');
  const columns = useColumns();
  return (
    <Page
      title={t('audit.title')}
      lead={t('audit.lead')}
      actions={
        <Button loading={verify.isPending} onClick={() => verify.mutate({})}>
          {t('audit.verify')}
        </Button>
      }
    >
      {verify.error && <ProblemAlert error={verify.error} />}
      {verify.data && <Verified result={verify.data} />}
      <Section title={t('audit.rows')}>
        <Group gap="md" mb="md" align="flex-end">
          <NativeSelect
            label={t('audit.event')}
            value={type}
            onChange={(event) => setType(event.currentTarget.value)}
            data={[
              { value: '', label: t('audit.anyEvent') },
              ...auditEventTypes.map((each) => ({ value: each, label: t(`events.${each}`) })),
            ]}
          />
          <TextInput
            label={t('audit.objectId')}
            value={objectId}
            onChange={(event) => setObjectId(event.currentTarget.value)}
            placeholder="0198c0de-…"
          />
        </Group>
        {list.error && <ProblemAlert error={list.error} />}
        {!list.isPending && !list.error && (
          <DataTable
            caption={t('audit.title')}
            columns={columns}
            rows={list.items}
            rowKey={(row) => String(row.sequence)}
            total={list.total}
            more={list.more}
            isLoadingMore={list.isLoadingMore}
            empty={<Empty title={t('audit.empty')} hint={t('audit.emptyHint')} />}
          />
        )}
      </Section>
    </Page>
  );
}

/** The columns of the table; memoised, because the table is built anew when they change. */
function useColumns(): Column<Schemas['AuditEvent']>[] {
  const { t } = useTranslation();
  const formats = useFormats();
  return useMemo(
    () => [
      { id: 'sequence', header: t('audit.sequence'), cell: (row) => row.sequence, isNumber: true },
      { id: 'at', header: t('audit.at'), cell: (row) => formats.dateTime(row.at) },
      {
        id: 'type',
        header: t('audit.event'),
        cell: (row) => (
          <span>
            {t(`events.${row.type}`)}
            <br />
            <code className={textStyles.hash}>{row.type}</code>
          </span>
        ),
      },
      {
        id: 'actor',
        header: t('audit.actor'),
        cell: (row) => row.actor?.name ?? t('audit.system'),
      },
      { id: 'object', header: t('audit.object'), cell: (row) => <ObjectLink event={row} /> },
      {
        id: 'detail',
        header: t('audit.detail'),
        cell: (row) => (
          <details className={textStyles.quietDetails}>
            <summary>{t('receipts.show')}</summary>
            <DescriptionList
              items={[
                ...Object.entries(row.detail).map(
                  ([key, value]) =>
                    [key, typeof value === 'string' ? value : JSON.stringify(value)] as const,
                ),
                [
                  'hash',
                  <code key="h" className={textStyles.hash}>
                    {row.hash}
                  </code>,
                ],
              ]}
            />
          </details>
        ),
      },
    ],
    [t, formats],
  );
}

function ObjectLink({ event }: { event: Schemas['AuditEvent'] }) {
  const { t } = useTranslation();
  const path = pathOf(event.objectKind, event.objectId);
  const text = (
    <>
      {t(`objects.${event.objectKind}`)}{' '}
      <code className={textStyles.hash}>{event.objectId.slice(-12)}</code>
    </>
  );
  return path === null ? <span>{text}</span> : <Link to={path}>{text}</Link>;
}

function Verified({ result }: { result: Schemas['AuditVerification'] }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const isWhole = result.firstBadSequence === null;
  return (
    <Alert
      color={isWhole ? 'success' : 'danger'}
      variant="light"
      role="status"
      title={t(isWhole ? 'audit.whole' : 'audit.broken')}
    >
      {isWhole
        ? t('audit.wholeText', {
            rows: formats.number(result.rows),
            at: formats.dateTime(result.verifiedAt),
          })
        : t('audit.brokenText', { sequence: result.firstBadSequence })}
      {result.head && (
        <div>
          <code className={textStyles.hash}>{result.head}</code>
        </div>
      )}
    </Alert>
  );
}
