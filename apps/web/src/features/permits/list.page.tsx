import type { Schemas } from '@scapis/client';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { Empty, Page, Section } from '../../ui/page.tsx';
import { ProblemAlert } from '../../ui/problem.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { useFormats } from '../../i18n/format.ts';
import { useList } from '../../api/queries.ts';

export default function PermitsPage() {
  const { t } = useTranslation();
  const formats = useFormats();
  const list = useList('permits.list');
  const columns = useMemo<Column<Schemas['Permit']>[]>(
    () => [
      {
        id: 'title',
        header: t('permits.name'),
        cell: (row) => (
          <Link to="/permits/$id" params={{ id: row.id }}>
            {row.title}
          </Link>
        ),
      },
      { id: 'state', header: t('common.state'), cell: (row) => <StateBadge state={row.state} /> },
      {
        id: 'datasets',
        header: t('permits.datasets'),
        cell: (row) => row.datasets.map((dataset) => dataset.title).join(', '),
      },
      {
        id: 'people',
        header: t('permits.people'),
        cell: (row) =>
          t('permits.signedOf', {
            signed: row.people.filter((person) => person.signedAt !== null).length,
            total: row.people.length,
          }),
      },
      { id: 'until', header: t('permits.until'), cell: (row) => formats.date(row.validUntil) },
    ],
    [t, formats],
  );
  return (
    <Page title={t('permits.title')} lead={t('permits.lead')}>
      {list.error && <ProblemAlert error={list.error} />}
      <Section title={t('permits.all')}>
        {!list.isPending && (
          <DataTable
            caption={t('permits.title')}
            columns={columns}
            rows={list.items}
            rowKey={(row) => row.id}
            more={list.more}
            isLoadingMore={list.isLoadingMore}
            empty={<Empty title={t('permits.empty')} hint={t('permits.emptyHint')} />}
          />
        )}
      </Section>
    </Page>
  );
}
