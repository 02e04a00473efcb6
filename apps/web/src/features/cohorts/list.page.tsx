import { Button } from '@mantine/core';
import type { Schemas } from '@scapis/client';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { Icon } from '../../ui/icons.tsx';
import { Empty, Page, Section } from '../../ui/page.tsx';
import { ProblemAlert } from '../../ui/problem.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { useFormats } from '../../i18n/format.ts';
import { useList, useSession } from '../../api/queries.ts';
import overrideStyles from './override.module.css';

export default function CohortsPage() {
  const { t } = useTranslation();
  const session = useSession();
  const list = useList('cohorts.list', undefined, { pollMs: 10_000 });
  const columns = useColumns();
  const begin = session?.actions.includes('cohort:create') && (
    <Button component={Link} to="/cohorts/new" leftSection={<Icon name="plus" />}>
      {t('cohorts.create')}
    </Button>
  );
  return (
    <Page title={t('cohorts.title')} lead={t('cohorts.lead')} actions={begin}>
      {list.error && <ProblemAlert error={list.error} />}
      <Section title={t('cohorts.all')}>
        {!list.isPending && (
          <DataTable
            caption={t('cohorts.title')}
            columns={columns}
            rows={list.items}
            rowKey={(row) => row.id}
            total={list.total}
            more={list.more}
            isLoadingMore={list.isLoadingMore}
            empty={
              <Empty title={t('cohorts.empty')} hint={t('cohorts.emptyHint')}>
                {begin}
              </Empty>
            }
          />
        )}
      </Section>
    </Page>
  );
}

/** The columns of the table; memoised, because the table is built anew when they change. */
function useColumns(): Column<Schemas['CohortSummary']>[] {
  const { t } = useTranslation();
  const formats = useFormats();
  return useMemo(
    () => [
      {
        id: 'title',
        header: t('cohorts.name'),
        cell: (row) => (
          <Link to="/cohorts/$id" params={{ id: row.id }}>
            {t('cohorts.titleVersion', { title: row.title, number: row.number })}
          </Link>
        ),
      },
      {
        id: 'state',
        header: t('common.state'),
        cell: (row) => (
          <div>
            <StateBadge state={row.state} />
            {row.isOverridden && <div className={overrideStyles.mark}>{t('override.mark')}</div>}
          </div>
        ),
      },
      {
        id: 'count',
        header: t('cohorts.images'),
        cell: (row) => formats.number(row.count),
        isNumber: true,
      },
      { id: 'dataset', header: t('training.dataset'), cell: (row) => row.datasetTitle },
      { id: 'author', header: t('cohorts.author'), cell: (row) => row.author.name },
      {
        id: 'usage',
        header: t('cohorts.usage'),
        cell: (row) => (row.usage === null ? '–' : t(`cohorts.usages.${row.usage}`)),
      },
      {
        id: 'released',
        header: t('cohorts.released'),
        cell: (row) => formats.date(row.releasedAt),
      },
    ],
    [t, formats],
  );
}
