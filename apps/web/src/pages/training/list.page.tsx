import { Button } from '@mantine/core';
import type { Schemas } from '@scapis/client';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { Icon } from '../../components/icons.tsx';
import { Empty, Page, Section } from '../../components/page.tsx';
import { ProblemAlert } from '../../components/problem.tsx';
import { StateBadge } from '../../components/state-badge.tsx';
import { useFormats } from '../../format.ts';
import { useList, useSession } from '../../session/queries.ts';
import { GeneratorImports } from '../generators/imports.tsx';

export default function TrainingRunsPage() {
  const { t } = useTranslation();
  const formats = useFormats();
  const session = useSession();
  const list = useList('trainingRuns.list', undefined, { pollMs: 10_000 });
  const columns = useMemo<Column<Schemas['TrainingRun']>[]>(() => [
    { id: 'title', header: t('training.name'), cell: (row) => <Link to="/training-runs/$id" params={{ id: row.id }}>{row.title}</Link> },
    { id: 'state', header: t('common.state'), cell: (row) => <StateBadge state={row.state} /> },
    { id: 'dataset', header: t('training.dataset'), cell: (row) => row.datasetTitle },
    { id: 'by', header: t('training.requestedBy'), cell: (row) => row.requestedBy.name },
    { id: 'steps', header: t('training.steps'), cell: (row) => t('training.stepsOf', { step: formats.number(row.step), steps: formats.number(row.steps) }), isNumber: true },
    { id: 'created', header: t('common.created'), cell: (row) => formats.dateTime(row.createdAt) },
  ], [t, formats]);
  const begin = session?.actions.includes('training:create') && <Button component={Link} to="/training-runs/new" leftSection={<Icon name="plus" />}>{t('training.create')}</Button>;
  return (
    <Page title={t('training.title')} lead={t('training.lead')} actions={begin}>
      {list.error && <ProblemAlert error={list.error} />}
      <Section title={t('training.all')}>
        {!list.isPending && <DataTable caption={t('training.title')} columns={columns} rows={list.items} rowKey={(row) => row.id} total={list.total} more={list.more} isLoadingMore={list.isLoadingMore} empty={<Empty title={t('training.empty')} hint={t('training.emptyHint')}>{begin}</Empty>} />}
      </Section>
      <GeneratorImports />
    </Page>
  );
}
