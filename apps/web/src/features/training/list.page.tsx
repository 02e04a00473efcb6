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
import { GeneratorImports } from '../generators/imports.tsx';

export default function TrainingRunsPage() {
  const { t } = useTranslation();
  const session = useSession();
  const list = useList('trainingRuns.list', undefined, { pollMs: 10_000 });
  const columns = useColumns();
  const begin = session?.actions.includes('training:create') && (
    <Button component={Link} to="/training-runs/new" leftSection={<Icon name="plus" />}>
      {t('training.create')}
    </Button>
  );
  const compare = list.items.length > 1 && (
    <Button component={Link} to="/training-runs/compare" variant="default">
      {t('training.compare')}
    </Button>
  );
  return (
    <Page
      title={t('training.title')}
      lead={t('training.lead')}
      actions={
        <>
          {compare}
          {begin}
        </>
      }
    >
      {list.error && <ProblemAlert error={list.error} />}
      <Section title={t('training.all')}>
        {!list.isPending && (
          <DataTable
            caption={t('training.title')}
            columns={columns}
            rows={list.items}
            rowKey={(row) => row.id}
            total={list.total}
            more={list.more}
            isLoadingMore={list.isLoadingMore}
            empty={
              <Empty title={t('training.empty')} hint={t('training.emptyHint')}>
                {begin}
              </Empty>
            }
          />
        )}
      </Section>
      <Ensembles />
      <GeneratorImports />
    </Page>
  );
}

/** The columns of the table; memoised, because the table is built anew when they change. */
function useColumns(): Column<Schemas['TrainingRun']>[] {
  const { t } = useTranslation();
  const formats = useFormats();
  return useMemo(
    () => [
      {
        id: 'title',
        header: t('training.name'),
        cell: (row) => (
          <Link to="/training-runs/$id" params={{ id: row.id }}>
            {row.title}
          </Link>
        ),
      },
      { id: 'state', header: t('common.state'), cell: (row) => <StateBadge state={row.state} /> },
      { id: 'dataset', header: t('training.dataset'), cell: (row) => row.datasetTitle },
      { id: 'by', header: t('training.requestedBy'), cell: (row) => row.requestedBy.name },
      {
        id: 'steps',
        header: t('training.steps'),
        cell: (row) =>
          t('training.stepsOf', {
            step: formats.number(row.step),
            steps: formats.number(row.steps),
          }),
        isNumber: true,
      },
      {
        id: 'created',
        header: t('common.created'),
        cell: (row) => formats.dateTime(row.createdAt),
      },
    ],
    [t, formats],
  );
}

/** Runs that belong together; left out where there are none. */
function Ensembles() {
  const { t } = useTranslation();
  const formats = useFormats();
  const list = useList('ensembles.list', undefined, { pollMs: 10_000 });
  const columns = useMemo<Column<Schemas['Ensemble']>[]>(
    () => [
      {
        id: 'title',
        header: t('training.name'),
        cell: (row) => (
          <Link to="/ensembles/$id" params={{ id: row.id }}>
            {row.title}
          </Link>
        ),
      },
      { id: 'state', header: t('common.state'), cell: (row) => <StateBadge state={row.state} /> },
      {
        id: 'members',
        header: t('ensembles.members'),
        cell: (row) => t('ensembles.membersOf', { count: row.runs.length }),
      },
      { id: 'dataset', header: t('training.dataset'), cell: (row) => row.datasetTitle },
      {
        id: 'coverage',
        header: t('ensembles.coverage'),
        cell: (row) => (row.choice === null ? '–' : formats.share(row.choice.coverage.chosen)),
        isNumber: true,
      },
      {
        id: 'created',
        header: t('common.created'),
        cell: (row) => formats.dateTime(row.createdAt),
      },
    ],
    [t, formats],
  );
  if (list.error) return <ProblemAlert error={list.error} />;
  if (list.items.length === 0) return null;
  return (
    <Section title={t('ensembles.title')}>
      <DataTable
        caption={t('ensembles.title')}
        columns={columns}
        rows={list.items}
        rowKey={(row) => row.id}
        total={list.total}
        more={list.more}
        isLoadingMore={list.isLoadingMore}
        empty={<Empty title={t('ensembles.empty')} hint={t('ensembles.emptyHint')} />}
      />
    </Section>
  );
}
