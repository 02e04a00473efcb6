import { Button, Text } from '@mantine/core';
import type { Schemas } from '@scapis/client';
import { receiptStatement } from '@scapis/contracts';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { Empty, Page, Section } from '../../ui/page.tsx';
import { DescriptionList } from '../../ui/description-list.tsx';
import { ProblemAlert } from '../../ui/problem.tsx';
import { useFormats, useLocale } from '../../i18n/format.ts';
import { Signatures } from './override.tsx';
import { useList } from '../../api/queries.ts';
import overrideStyles from './override.module.css';
import textStyles from '../../ui/text.module.css';

export default function ReceiptsPage() {
  const { t } = useTranslation();
  const list = useList('receipts.list');
  const columns = useColumns();
  return (
    <Page title={t('receipts.title')} lead={t('receipts.lead')}>
      {list.error && <ProblemAlert error={list.error} />}
      <Section title={t('receipts.all')}>
        {!list.isPending && (
          <DataTable
            caption={t('receipts.title')}
            columns={columns}
            rows={list.items}
            rowKey={(row) => row.id}
            total={list.total}
            more={list.more}
            isLoadingMore={list.isLoadingMore}
            empty={<Empty title={t('receipts.empty')} hint={t('receipts.emptyHint')} />}
          />
        )}
      </Section>
    </Page>
  );
}

/** The columns of the table; memoised, because the table is built anew when they change. */
function useColumns(): Column<Schemas['Receipt']>[] {
  const { t } = useTranslation();
  const formats = useFormats();
  const locale = useLocale();
  return useMemo(
    () => [
      { id: 'number', header: t('receipts.number'), cell: (row) => row.number },
      {
        id: 'cohort',
        header: t('receipts.cohort'),
        cell: (row) => (
          <div>
            <Link to="/cohorts/$id" params={{ id: row.cohortVersionId }}>
              {row.cohortTitle}
            </Link>
            {row.override !== undefined && (
              <div className={overrideStyles.mark}>{t('override.mark')}</div>
            )}
          </div>
        ),
      },
      { id: 'person', header: t('receipts.person'), cell: (row) => row.person.name },
      {
        id: 'completed',
        header: t('receipts.completed'),
        cell: (row) => formats.dateTime(row.completedAt),
      },
      { id: 'terms', header: t('receipts.terms'), cell: (row) => row.termsVersion, isNumber: true },
      {
        id: 'size',
        header: t('receipts.size'),
        cell: (row) => formats.bytes(row.bundleSize),
        isNumber: true,
      },
      {
        id: 'proof',
        header: t('receipts.proof'),
        cell: (row) => (
          <details className={textStyles.quietDetails}>
            <summary>{t('receipts.show')}</summary>
            {row.override !== undefined && <Signatures signatures={row.override} />}
            <Text size="sm">{receiptStatement(row.schema)[locale]}</Text>
            <Button
              component="a"
              size="compact-sm"
              variant="default"
              href={`data:application/json;charset=utf-8,${encodeURIComponent(JSON.stringify(row, null, 1))}`}
              download={`receipt-${row.number}.json`}
            >
              {t('receipts.save')}
            </Button>
            <DescriptionList
              items={[
                [t('receipts.file'), row.bundleName],
                [
                  'SHA-256',
                  <code key="s" className={textStyles.hash}>
                    {row.bundleSha256}
                  </code>,
                ],
                [
                  t('receipts.signature'),
                  <code key="g" className={textStyles.hash}>
                    {row.signature}
                  </code>,
                ],
                [
                  t('receipts.key'),
                  <code key="k" className={textStyles.hash}>
                    {row.publicKey}
                  </code>,
                ],
              ]}
            />
          </details>
        ),
      },
    ],
    [t, formats, locale],
  );
}
