import { Button } from '@mantine/core';
import type { Schemas } from '@scapis/client';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { Icon } from '../../ui/icons.tsx';
import { Empty, Section } from '../../ui/page.tsx';
import { ProblemAlert } from '../../ui/problem.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { useFormats } from '../../i18n/format.ts';
import { useList, useSession } from '../../api/queries.ts';

/** Generators from elsewhere, under the training runs: both are what cohorts are drawn from. */
export function GeneratorImports() {
  const { t } = useTranslation();
  const formats = useFormats();
  const session = useSession();
  const list = useList('generatorImports.list', undefined, { pollMs: 10_000 });
  const columns = useMemo<Column<Schemas['GeneratorImport']>[]>(
    () => [
      {
        id: 'title',
        header: t('imports.name'),
        cell: (row) => (
          <Link to="/generator-imports/$id" params={{ id: row.id }}>
            {row.title}
          </Link>
        ),
      },
      { id: 'state', header: t('common.state'), cell: (row) => <StateBadge state={row.state} /> },
      { id: 'dataset', header: t('training.dataset'), cell: (row) => row.datasetTitle },
      { id: 'framework', header: t('imports.framework'), cell: (row) => row.framework },
      { id: 'by', header: t('imports.declaredBy'), cell: (row) => row.declaredBy.name },
      {
        id: 'created',
        header: t('common.created'),
        cell: (row) => formats.dateTime(row.createdAt),
      },
    ],
    [t, formats],
  );
  const begin = session?.actions.includes('generator:import') && (
    <Button
      component={Link}
      to="/generator-imports/new"
      variant="default"
      leftSection={<Icon name="plus" />}
    >
      {t('imports.create')}
    </Button>
  );
  return (
    <Section title={t('imports.title')} aside={begin}>
      {list.error && <ProblemAlert error={list.error} />}
      {!list.isPending && (
        <DataTable
          caption={t('imports.title')}
          columns={columns}
          rows={list.items}
          rowKey={(row) => row.id}
          total={list.total}
          more={list.more}
          isLoadingMore={list.isLoadingMore}
          empty={<Empty title={t('imports.empty')} hint={t('imports.emptyHint')} />}
        />
      )}
    </Section>
  );
}
